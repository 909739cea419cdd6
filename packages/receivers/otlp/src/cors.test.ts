import { describe, expect, it } from 'vitest'
import { logs, PROTOBUF, post, running } from './test-kit.fixture.ts'

const origin = 'https://app.example.com'
const ask = {
  origin,
  'access-control-request-method': 'POST',
  'access-control-request-headers': 'content-type',
}

const serving = (cors?: object) =>
  running({ protocols: { http: { endpoint: '127.0.0.1:0', ...(cors ? { cors } : {}) } } })

describe('browser pages', () => {
  it('may not send unless their origin is named', async () => {
    const { http } = await serving()
    const asked = await post(http, { method: 'OPTIONS', headers: ask })
    expect([asked.status, asked.headers['access-control-allow-origin']]).toEqual([405, undefined])
    const sent = await post(http, { body: logs('a'), headers: { ...PROTOBUF, origin } })
    expect([sent.status, sent.headers['access-control-allow-origin']]).toEqual([200, undefined])
  })

  it('may when it is, and a question needs no credentials', async () => {
    const protocols = { http: { endpoint: '127.0.0.1:0', cors: { allowed_origins: [origin] } } }
    const { http } = await running({ protocols, auth: { bearer_tokens: ['t'] } })
    const asked = await post(http, { method: 'OPTIONS', headers: ask })
    expect([asked.status, asked.headers['access-control-allow-origin']]).toEqual([204, origin])
    expect(asked.headers['access-control-allow-methods']).toBe('POST')
    expect(asked.headers['access-control-allow-headers']).toContain('authorization')
    const headers = { ...PROTOBUF, origin, authorization: 'Bearer t' }
    const sent = await post(http, { body: logs('a'), headers })
    expect([sent.status, sent.headers['access-control-allow-origin'], sent.headers.vary]).toEqual([
      200,
      origin,
      'Origin',
    ])
    const refused = await post(http, { headers: { ...PROTOBUF, origin } })
    expect([refused.status, refused.headers['access-control-allow-origin']]).toEqual([401, origin])
  })

  it('may not from another origin, or one that only begins alike', async () => {
    const { http } = await serving({ allowed_origins: [origin] })
    for (const other of ['https://example.com', `${origin}.evil.example`, 'null', 'http://app.example.com']) {
      const asked = await post(http, { method: 'OPTIONS', headers: { ...ask, origin: other } })
      expect([asked.status, asked.headers['access-control-allow-origin']], other).toEqual([405, undefined])
    }
  })

  it('may from anywhere when all are named', async () => {
    const { http } = await serving({ allowed_origins: ['*'] })
    const asked = await post(http, { method: 'OPTIONS', headers: ask })
    expect([asked.status, asked.headers['access-control-allow-origin']]).toEqual([204, '*'])
  })
})
