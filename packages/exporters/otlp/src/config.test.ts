import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { otlpConfig } from './config.ts'
import { grpcTarget, logsUrl } from './endpoint.ts'

const refusal = (config: object): string | undefined => {
  const result = otlpConfig.safeParse(config)
  return result.success
    ? undefined
    : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join()
}

describe('the options of the otlp exporter', () => {
  it('are few', () => {
    expect(otlpConfig.parse({ endpoint: 'http://127.0.0.1:4318' })).toEqual({
      endpoint: 'http://127.0.0.1:4318',
      protocol: 'http/protobuf',
      headers: {},
      compression: 'gzip',
      insecure: false,
    })
  })

  it.each([
    ['collector:4318', /expected a URL such as/],
    ['ftp://127.0.0.1', /expected a URL such as/],
    ['http://', /expected a URL such as/],
    ['https://user:password@collector', /a URL must not hold a password/],
    ['http://collector:4318', /not encrypted/],
    ['http://127.0.0.1.example.com', /not encrypted/],
    ['http://localhost.example.com', /not encrypted/],
    ['http://10.0.0.1:4318', /not encrypted/],
  ])('refuse the endpoint %s', (endpoint, message) => {
    expect(refusal({ endpoint })).toMatch(message)
  })

  it.each([
    'http://127.0.0.1:4318',
    'http://127.8.9.1',
    'http://localhost:4318',
    'http://[::1]:4318',
    'https://collector',
  ])('take the endpoint %s', (endpoint) => {
    expect(refusal({ endpoint })).toBeUndefined()
  })

  it('take an endpoint that is not encrypted from whoever says so', () => {
    expect(refusal({ endpoint: 'http://collector:4318', insecure: true })).toBeUndefined()
  })

  it('refuse a path for gRPC', () => {
    expect(refusal({ endpoint: 'https://collector:4317/v1/logs', protocol: 'grpc' })).toMatch(/no path/)
    expect(refusal({ endpoint: 'https://collector:4317', protocol: 'grpc' })).toBeUndefined()
  })

  it('refuse half of a certificate, and certificates without TLS', () => {
    const endpoint = 'https://collector'
    expect(refusal({ endpoint, tls: { cert_file: 'a' } })).toMatch(/cert_file needs key_file/)
    expect(refusal({ endpoint, tls: { key_file: 'a' } })).toMatch(/key_file needs cert_file/)
    expect(refusal({ endpoint: 'http://127.0.0.1', tls: { ca_file: 'a' } })).toMatch(/tls needs an https/)
  })

  it.each([
    ['Content-Type', 'text/plain', /set by the exporter/],
    ['host', 'a', /set by the exporter/],
    ['no name', 'a', /no name of a header/],
    ['x-key', 'se\r\ncret: 1', /cannot have/],
  ])('refuse the header %s without telling its value', (name, value, message) => {
    const endpoint = 'http://127.0.0.1'
    for (const protocol of ['http/json', 'grpc']) {
      const told = refusal({ endpoint, protocol, headers: { [name]: value } })
      expect(told).toMatch(message)
      expect(told).not.toContain('se\r\ncret')
    }
    expect(refusal({ endpoint, protocol: 'grpc', headers: { 'x!': 'a' } })).toMatch(/gRPC takes/)
  })

  it('print without the values of headers', () => {
    const config = otlpConfig.parse({
      endpoint: 'http://127.0.0.1',
      headers: { authorization: 'Bearer 123' },
    })
    expect(`${JSON.stringify(config)} ${inspect(config, { depth: 9 })}`).not.toContain('123')
  })
})

describe('an endpoint', () => {
  it.each([
    ['http://127.0.0.1:4318', 'http://127.0.0.1:4318/v1/logs'],
    ['http://127.0.0.1:4318/', 'http://127.0.0.1:4318/v1/logs'],
    ['https://collector/otlp', 'https://collector/otlp'],
    ['https://collector?key=1', 'https://collector/v1/logs?key=1'],
  ])('%s leads over HTTP to %s', (endpoint, url) => {
    expect(logsUrl(endpoint).href).toBe(url)
  })

  it.each([
    ['https://collector', 'dns:collector:443'],
    ['http://127.0.0.1:4317', 'dns:127.0.0.1:4317'],
    ['http://[::1]:4317', 'dns:[::1]:4317'],
  ])('%s leads over gRPC to %s', (endpoint, target) => {
    expect(grpcTarget(endpoint)).toBe(target)
  })
})
