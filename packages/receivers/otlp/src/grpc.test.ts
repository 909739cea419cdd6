import { connect } from 'node:http2'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { status } from '@grpc/grpc-js'
import { RetryableError } from '@lacuna/sdk'
import { describe, expect, it } from 'vitest'
import { call, EXPORT, gate, grpcClient, logs, running, until } from './test-kit.fixture.ts'

/** A call with a message that is framed by hand. */
async function rawCall(
  address: string,
  frames: readonly Buffer[],
  headers: Record<string, string> = {},
): Promise<Record<string, string>> {
  const session = connect(`http://${address}`)
  session.on('error', () => {})
  const stream = session.request({
    ':method': 'POST',
    ':path': EXPORT,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...headers,
  })
  const seen: Record<string, string> = {}
  const { promise, resolve } = Promise.withResolvers<void>()
  const note = (from: object) => {
    for (const [key, value] of Object.entries(from)) seen[key] = String(value)
  }
  stream.on('response', note)
  stream.on('trailers', note)
  stream.on('error', () => {})
  stream.on('close', resolve)
  stream.resume()
  for (const frame of frames) stream.write(frame)
  stream.end()
  await promise
  session.close()
  return seen
}

/** A gRPC message: a byte that says whether it is compressed, four that say how long it is, and then it. */
function framed(message: Uint8Array, compressed = false): Buffer {
  const head = Buffer.alloc(5)
  head[0] = compressed ? 1 : 0
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

describe('OTLP over gRPC', () => {
  it('takes a request and answers with an empty message', async () => {
    const { grpc, host } = await running()
    const answer = await call(grpcClient(grpc), logs('a', 'b'))
    expect(answer).toMatchObject({ code: status.OK, details: '' })
    expect(answer.reply?.length).toBe(0)
    expect(host.records.map((record) => record.body)).toEqual(['a', 'b'])
  })

  it('takes gzip of a client of its own library', async () => {
    const { grpc, host } = await running()
    const client = grpcClient(grpc, undefined, { 'grpc.default_compression_algorithm': 2 })
    expect((await call(client, logs('x'.repeat(5000)))).code).toBe(status.OK)
    expect(host.records).toHaveLength(1)
  })

  it('takes zstd, and says what it takes', async () => {
    const { grpc, host } = await running()
    const message = framed(zstdCompressSync(logs('z')), true)
    const answer = await rawCall(grpc, [message], { 'grpc-encoding': 'zstd' })
    expect(answer).toMatchObject({ 'grpc-status': '0', 'grpc-accept-encoding': 'identity,gzip,zstd' })
    expect(host.records.map((record) => record.body)).toEqual(['z'])
  })

  it('takes an empty request as a success', async () => {
    const { grpc, host } = await running()
    expect((await call(grpcClient(grpc), Buffer.alloc(0))).code).toBe(status.OK)
    expect(host.batches).toEqual([])
  })

  it('answers only once the pipelines have accepted', async () => {
    const held = gate()
    const { grpc } = await running({}, { consume: held.consume })
    let answered = false
    const answer = call(grpcClient(grpc), logs('a')).finally(() => {
      answered = true
    })
    await until(() => held.waiting === 1)
    await new Promise((resolve) => setImmediate(resolve))
    expect(answered).toBe(false)
    held.open()
    expect((await answer).code).toBe(status.OK)
  })

  it('says UNAVAILABLE and when to come back where the pipelines refuse for now', async () => {
    const consume = () => Promise.reject(new RetryableError('full', { retryAfter: 2500 }))
    const { grpc, host } = await running({}, { consume })
    const answer = await call(grpcClient(grpc), logs('a'))
    expect(answer).toMatchObject({ code: status.UNAVAILABLE, retryDelay: 2500 })
    expect(host.ledger.notes).toEqual({ refused_unavailable: 1 })
  })

  it('says RESOURCE_EXHAUSTED with a delay while too many bytes are under way', async () => {
    const held = gate()
    const { grpc, receiver, host } = await running({ max_bytes_in_flight: '1KiB' }, { consume: held.consume })
    const client = grpcClient(grpc)
    const first = call(client, logs('x'.repeat(4000)))
    await until(() => held.waiting === 1)
    const refused = await call(client, logs('b'))
    expect(refused).toMatchObject({ code: status.RESOURCE_EXHAUSTED, retryDelay: 1000 })
    expect(host.ledger.notes).toEqual({ refused_busy: 1 })
    held.open()
    expect((await first).code).toBe(status.OK)
    expect(receiver.gauges?.().bytes_in_flight).toBe(0)
    expect((await call(client, logs('b'))).code).toBe(status.OK)
  })

  it('hands on nothing of a sender who has gone before its turn came', async () => {
    const held = gate()
    const { grpc, host, receiver } = await running({}, { consume: held.consume })
    const client = grpcClient(grpc)
    const first = call(client, logs('first'))
    await until(() => held.waiting === 1)
    const second = await call(client, logs('second'), { timeout: 100 })
    expect(second.code).toBe(status.DEADLINE_EXCEEDED)
    await until(() => receiver.gauges?.().requests_waiting === 1)
    held.open()
    expect((await first).code).toBe(status.OK)
    expect(host.records.map((record) => record.body)).toEqual(['first'])
  })
})

describe('what gRPC refuses', () => {
  it('another method', async () => {
    const { grpc } = await running()
    const path = '/opentelemetry.proto.collector.trace.v1.TraceService/Export'
    expect((await call(grpcClient(grpc), logs('a'), { path })).code).toBe(status.UNIMPLEMENTED)
  })

  it('data that is not what it says', async () => {
    const { grpc, host } = await running()
    const answer = await call(grpcClient(grpc), logs('a').subarray(0, -1))
    expect(answer.code).toBe(status.INVALID_ARGUMENT)
    expect(answer.details).toContain('cut short')
    const broken = await rawCall(grpc, [framed(logs('a'), true)], { 'grpc-encoding': 'gzip' })
    expect(broken['grpc-status']).toBe(String(status.INVALID_ARGUMENT))
    expect(host.ledger.notes).toEqual({ refused_bad_data: 2 })
  })

  it('a compression that it does not know, and says which it does', async () => {
    const { grpc, host } = await running()
    const answer = await rawCall(grpc, [framed(logs('a'), true)], { 'grpc-encoding': 'deflate' })
    expect(answer).toMatchObject({
      'grpc-status': String(status.UNIMPLEMENTED),
      'grpc-accept-encoding': 'identity,gzip,zstd',
    })
    expect(host.ledger.notes).toEqual({ refused_unsupported: 1 })
  })

  it('what is too large, and gives no delay, as sending it again cannot help', async () => {
    const { grpc, host, receiver } = await running({ max_request_bytes: '64KiB' })
    const answer = await call(grpcClient(grpc), Buffer.alloc(200_000))
    expect(answer).toMatchObject({ code: status.RESOURCE_EXHAUSTED, retryDelay: undefined })
    expect(host.ledger.notes).toEqual({ refused_too_large: 1 })
    const many = await rawCall(grpc, Array(20).fill(framed(Buffer.alloc(16_000))))
    expect(many['grpc-status']).not.toBe('0')
    // Says that four gigabytes follow.
    const lying = await rawCall(grpc, [Buffer.from([0, 255, 255, 255, 255]), Buffer.alloc(200_000)])
    expect(lying['grpc-status']).toBe(String(status.RESOURCE_EXHAUSTED))
    await until(() => receiver.gauges?.().bytes_in_flight === 0)
    expect(host.records).toEqual([])
  })

  it('a bomb, of which no more than the limit comes out, however many there are in one call', async () => {
    const { grpc, host } = await running({ max_decompressed_bytes: '1MiB' })
    const bomb = framed(gzipSync(Buffer.alloc(20 * 2 ** 20)), true)
    const before = process.memoryUsage().rss
    const answer = await rawCall(grpc, [bomb], { 'grpc-encoding': 'gzip' })
    expect(answer['grpc-status']).toBe(String(status.RESOURCE_EXHAUSTED))
    const many = await rawCall(grpc, Array(50).fill(bomb), { 'grpc-encoding': 'gzip' })
    expect(many['grpc-status']).not.toBe('0')
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20)
    expect(host.records).toEqual([])
  })
})
