import { gzipSync, zstdCompressSync } from 'node:zlib'
import { decodeStatus, decodeStatusJson, encodeLogsJson } from '@lacuna/otlp'
import { LogRecord, RetryableError } from '@lacuna/sdk'
import { describe, expect, it } from 'vitest'
import { gate, JSON_TYPE, logs, PROTOBUF, post, running, until } from './test-kit.fixture.ts'

const bodies = (records: readonly LogRecord[]) => records.map((record) => record.body)

describe('OTLP over HTTP', () => {
  it('takes protobuf and answers in protobuf', async () => {
    const { http, host } = await running()
    const answer = await post(http, { body: logs('a', 'b') })
    expect([answer.status, answer.headers['content-type'], answer.body.length]).toEqual([
      200,
      'application/x-protobuf',
      0,
    ])
    expect(bodies(host.records)).toEqual(['a', 'b'])
    expect(host.events).toEqual(['opened otlp:otlp'])
  })

  it('takes JSON and answers in JSON', async () => {
    const { http, host } = await running()
    const body = encodeLogsJson([new LogRecord({ body: 'a' })])
    const answer = await post(http, { body, headers: { 'content-type': 'application/json; charset=utf-8' } })
    expect([answer.status, answer.headers['content-type'], String(answer.body)]).toEqual([
      200,
      'application/json',
      '{}',
    ])
    expect(bodies(host.records)).toEqual(['a'])
  })

  it('takes gzip and zstd', async () => {
    const { http, host } = await running()
    const gzip = { ...PROTOBUF, 'content-encoding': 'gzip' }
    const zstd = { ...PROTOBUF, 'content-encoding': 'zstd' }
    expect((await post(http, { body: gzipSync(logs('g')), headers: gzip })).status).toBe(200)
    expect((await post(http, { body: zstdCompressSync(logs('z')), headers: zstd })).status).toBe(200)
    expect(bodies(host.records)).toEqual(['g', 'z'])
  })

  it('takes a body in chunks, and one that waits to be told to go on', async () => {
    const { http, host } = await running()
    const chunked = { ...PROTOBUF, 'transfer-encoding': 'chunked' }
    expect((await post(http, { body: logs('c'), headers: chunked })).status).toBe(200)
    const expecting = { ...PROTOBUF, expect: '100-continue' }
    expect((await post(http, { body: logs('e'), headers: expecting })).status).toBe(200)
    expect(bodies(host.records)).toEqual(['c', 'e'])
  })

  it('takes an empty request as a success, and hands nothing on', async () => {
    const { http, host } = await running()
    expect((await post(http)).status).toBe(200)
    expect((await post(http, { headers: JSON_TYPE })).status).toBe(200)
    expect((await post(http, { headers: JSON_TYPE, body: '{}' })).status).toBe(200)
    expect(host.batches).toEqual([])
  })

  it('answers only once the pipelines have accepted', async () => {
    const held = gate()
    const { http } = await running({}, { consume: held.consume })
    let answered = false
    const answer = post(http, { body: logs('a') }).finally(() => {
      answered = true
    })
    await until(() => held.waiting === 1)
    await new Promise((resolve) => setImmediate(resolve))
    expect(answered).toBe(false)
    held.open()
    expect((await answer).status).toBe(200)
  })

  it('joins requests that wait into one batch, and never has two of them under way', async () => {
    const held = gate()
    const { http, host, receiver } = await running({}, { consume: held.consume })
    const first = post(http, { body: logs('1') })
    await until(() => held.waiting === 1)
    const others = [post(http, { body: logs('2') }), post(http, { body: logs('3') })]
    await until(() => receiver.gauges?.().requests_waiting === 3)
    expect(held.waiting).toBe(1)
    held.open()
    for (const answer of await Promise.all([first, ...others])) expect(answer.status).toBe(200)
    expect(host.batches.map((batch) => batch.records.length)).toEqual([1, 2])
  })

  it('says 503 and when to come back where the pipelines refuse for now', async () => {
    const consume = () => Promise.reject(new RetryableError('full', { retryAfter: 2500 }))
    const { http, host } = await running({}, { consume })
    const answer = await post(http, { body: logs('a') })
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '3'])
    expect(decodeStatus(answer.body)).toMatchObject({ code: 14, retryDelay: 2500 })
    expect(host.ledger.notes).toEqual({ refused_unavailable: 1 })
  })

  it('says 429 and when to come back while too many bytes are under way, and takes more afterwards', async () => {
    const held = gate()
    const { http, receiver } = await running({ max_bytes_in_flight: '1KiB' }, { consume: held.consume })
    // One that is alone is let in whatever its size.
    const first = post(http, { body: logs('x'.repeat(4000)) })
    await until(() => held.waiting === 1)
    const refused = await post(http, { body: encodeLogsJson([new LogRecord()]), headers: JSON_TYPE })
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1'])
    expect(decodeStatusJson(refused.body).code).toBe(8)
    held.open()
    expect((await first).status).toBe(200)
    expect(receiver.gauges?.().bytes_in_flight).toBe(0)
    expect((await post(http, { body: logs('b') })).status).toBe(200)
  })

  it('hands on nothing of a sender who has gone before its turn came', async () => {
    const held = gate()
    const { http, host, receiver } = await running({}, { consume: held.consume })
    const first = post(http, { body: logs('first') })
    await until(() => held.waiting === 1)
    const impatient = new AbortController()
    const second = post(http, { body: logs('second'), signal: impatient.signal })
    await until(() => receiver.gauges?.().requests_waiting === 2)
    impatient.abort()
    await expect(second).rejects.toThrow()
    await until(() => receiver.gauges?.().requests_waiting === 1)
    held.open()
    await first
    expect(bodies(host.records)).toEqual(['first'])
  })
})

describe('what HTTP refuses', () => {
  it('another path, method, content type and encoding, each with what would be taken', async () => {
    const { http, host } = await running()
    const body = logs('a')
    const path = await post(http, { body, path: '/v1/traces' })
    const method = await post(http, { method: 'PUT', body })
    const get = await post(http, { method: 'GET', headers: {} })
    const type = await post(http, { body, headers: { 'content-type': 'text/plain' } })
    const none = await post(http, { body, headers: {} })
    const encoding = await post(http, { body, headers: { ...PROTOBUF, 'content-encoding': 'br' } })
    const answers = [path, method, get, type, none, encoding]
    expect(answers.map((answer) => answer.status)).toEqual([404, 405, 405, 415, 415, 415])
    expect(method.headers.allow).toBe('POST')
    expect(encoding.headers['accept-encoding']).toBe('identity, gzip, zstd')
    expect(decodeStatusJson(type.body).message).toContain('application/x-protobuf, application/json')
    expect(host.ledger.notes).toEqual({
      refused_no_such_path: 1,
      refused_wrong_method: 2,
      refused_unsupported: 3,
    })
    expect((await post(http, { body, path: '/v1/logs?a=b' })).status).toBe(200)
  })

  it('data that is not what it says, in a sentence', async () => {
    const { http, host } = await running()
    const gzip = { ...PROTOBUF, 'content-encoding': 'gzip' }
    const zstd = { ...PROTOBUF, 'content-encoding': 'zstd' }
    const answers = [
      await post(http, { body: logs('a').subarray(0, -1) }),
      await post(http, { body: '{"resourceLogs":[', headers: JSON_TYPE }),
      await post(http, { body: '{"resourceLogs":7}', headers: JSON_TYPE }),
      await post(http, { body: logs('a'), headers: gzip }),
      await post(http, { body: gzipSync(logs('a')).subarray(0, -9), headers: gzip }),
      await post(http, { body: zstdCompressSync(logs('a')).subarray(0, -3), headers: zstd }),
      await post(http, { body: '', headers: gzip }),
    ]
    expect(answers.map((answer) => answer.status)).toEqual([400, 400, 400, 400, 400, 400, 400])
    expect(decodeStatus(answers[0]?.body ?? Buffer.of())).toMatchObject({ code: 3 })
    expect(decodeStatusJson(answers[1]?.body ?? '').message).toBe('the body is not JSON')
    expect(host.ledger.notes).toEqual({ refused_bad_data: 7 })
  })

  it('what is too large as sent, whether it says so or not', async () => {
    const { http } = await running({ max_request_bytes: 1000 })
    const body = Buffer.alloc(5000)
    expect((await post(http, { body })).status).toBe(413)
    expect(
      (await post(http, { body, headers: { ...PROTOBUF, 'transfer-encoding': 'chunked' } })).status,
    ).toBe(413)
    const expecting = { ...PROTOBUF, expect: '100-continue', 'content-length': '5000' }
    const asked = await post(http, { headers: expecting, body })
    expect([asked.status, asked.headers.connection]).toEqual([413, 'close'])
  })

  it('a bomb, of which no more than the limit comes out', async () => {
    const { http, host } = await running({ max_decompressed_bytes: '1MiB' })
    const bomb = gzipSync(Buffer.alloc(200 * 2 ** 20))
    const zbomb = zstdCompressSync(Buffer.alloc(200 * 2 ** 20))
    const before = process.memoryUsage().rss
    const gzip = await post(http, { body: bomb, headers: { ...PROTOBUF, 'content-encoding': 'gzip' } })
    const zstd = await post(http, { body: zbomb, headers: { ...PROTOBUF, 'content-encoding': 'zstd' } })
    expect([gzip.status, zstd.status]).toEqual([413, 413])
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 2 ** 20)
    expect(host.ledger.notes).toEqual({ refused_too_large: 2 })
  })

  it('headers beyond 16 KiB', async () => {
    const { http } = await running()
    const headers = { ...PROTOBUF, 'x-huge': 'x'.repeat(20_000) }
    expect((await post(http, { headers, body: logs('a') })).status).toBe(431)
  })
})
