import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { config } from './config.ts'

const issues = (value: unknown) =>
  config.safeParse(value).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []

describe('the configuration of otlp', () => {
  it('listens to both protocols on this machine alone unless told otherwise', () => {
    expect(config.parse({})).toMatchObject({
      protocols: {
        grpc: { endpoint: { host: '127.0.0.1', port: 4317 } },
        http: { endpoint: { host: '127.0.0.1', port: 4318 } },
      },
      insecure: false,
      max_request_bytes: 20 * 2 ** 20,
      max_decompressed_bytes: 64 * 2 ** 20,
      max_bytes_in_flight: 64 * 2 ** 20,
      max_connections: 2048,
      request_timeout: 30_000,
      idle_timeout: 120_000,
    })
  })

  it('listens only to the protocols that are named, at their standard address', () => {
    const { protocols } = config.parse({ protocols: { http: {} } })
    expect(protocols).toEqual({ http: { endpoint: { host: '127.0.0.1', port: 4318 } } })
    expect(issues({ protocols: {} })).toEqual([
      'protocols: nothing to listen to: name "grpc", "http" or both',
    ])
  })

  it('wants TLS, or the word that it is not needed, where other machines can connect', () => {
    for (const endpoint of ['0.0.0.0:4318', '192.0.2.1:4318', '[::]:4318', 'collector.internal:4318']) {
      const http = { endpoint }
      expect(issues({ protocols: { http } })).toEqual([
        `protocols.http.endpoint: ${endpoint} can be reached from other machines: set "tls", ` +
          'or "insecure: true" if the network in between is trusted',
      ])
      const tls = { cert_file: 'c.pem', key_file: 'k.pem' }
      expect(issues({ protocols: { http }, tls })).toEqual([])
      expect(issues({ protocols: { http: { ...http, tls } } })).toEqual([])
      expect(issues({ protocols: { http }, insecure: true })).toEqual([])
      expect(issues({ protocols: { http: { ...http, insecure: true } } })).toEqual([])
      expect(issues({ protocols: { http: { ...http, insecure: false } }, insecure: true })).toHaveLength(1)
    }
    for (const endpoint of ['127.0.0.1:1', '127.8.9.1:1', '[::1]:1', 'localhost:1']) {
      expect(issues({ protocols: { grpc: { endpoint } } }), endpoint).toEqual([])
    }
  })

  it('says of both protocols at once what is wrong', () => {
    const endpoint = '0.0.0.0:1'
    expect(issues({ protocols: { grpc: { endpoint }, http: { endpoint } } })).toHaveLength(2)
  })

  it('takes host and port, and nothing else, for an endpoint', () => {
    for (const endpoint of [
      'http://127.0.0.1:4318',
      ':4318',
      '127.0.0.1',
      '127.0.0.1:99999',
      '[nonsense]:1',
      '',
    ])
      expect(issues({ protocols: { http: { endpoint } } })[0], endpoint).toContain('expected host:port')
  })

  it('wants credentials that are some', () => {
    for (const auth of [
      {},
      { bearer_tokens: [] },
      { bearer_tokens: [''] },
      { basic: [{ username: 'a:b', password: 'c' }] },
    ])
      expect(issues({ auth }), JSON.stringify(auth)).toHaveLength(1)
  })

  it('shows no secret when it is printed', () => {
    const auth = { bearer_tokens: ['hunter2'], basic: [{ username: 'ada', password: 'hunter3' }] }
    const parsed = config.parse({ auth })
    expect(JSON.stringify(parsed) + inspect(parsed, { depth: 9 })).not.toMatch(/hunter/)
  })

  it('refuses what it does not know, and origins that are none', () => {
    expect(issues({ protocol: {} })).toHaveLength(1)
    expect(issues({ protocols: { http: { cors: { allowed_origins: ['example.com/path'] } } } })).toHaveLength(
      1,
    )
  })
})
