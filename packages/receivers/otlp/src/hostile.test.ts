import { connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { status } from '@grpc/grpc-js'
import { encodeLogs, encodeLogsJson } from '@lacuna/otlp'
import { type AnyValue, LogRecord } from '@lacuna/sdk'
import { manualClock } from '@lacuna/sdk/testing'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { call, EXPORT, gate, grpcClient, JSON_TYPE, logs, post, running, until } from './test-kit.fixture.ts'

/** A bare connection, and all that it got. */
function open(address: string): Promise<{ socket: Socket; text: () => string; closed: Promise<void> }> {
  const { hostname, port } = new URL(`http://${address}`)
  const socket = connect(Number(port), hostname)
  onTestFinished(() => void socket.destroy())
  let text = ''
  const closed = Promise.withResolvers<void>()
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  socket.on('error', () => {})
  socket.on('close', () => closed.resolve())
  return new Promise((resolve) =>
    socket.on('connect', () => resolve({ socket, text: () => text, closed: closed.promise })),
  )
}

const HEAD = 'POST /v1/logs HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-protobuf\r\n'

/** A length-delimited field that says it is that long. */
const lying = (length: number) => Buffer.from([0x0a, 0x80 | (length & 0x7f), (length >>> 7) & 0x7f, 1, 2, 3])

function nested(levels: number): AnyValue {
  let value: AnyValue = 1
  for (let level = 0; level < levels; level++) value = [value]
  return value
}

describe('data that strangers send', () => {
  it('gets 200 or 400 and nothing else, when it is random or cut anywhere', async () => {
    const { http, grpc } = await running()
    const client = grpcClient(grpc)
    const genuine = logs('a', 'b', 'c')
    const cut = Array.from({ length: genuine.length }, (_, at) => genuine.subarray(0, at))
    for (const body of cut) expect([200, 400]).toContain((await post(http, { body })).status)
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const body = Buffer.from(bytes)
        const codes = [
          (await post(http, { body })).status,
          (await post(http, { body, headers: JSON_TYPE })).status,
        ]
        for (const code of codes) expect([200, 400]).toContain(code)
        expect([status.OK, status.INVALID_ARGUMENT]).toContain((await call(client, body)).code)
      }),
      { numRuns: 60 },
    )
    expect((await post(http, { body: genuine })).status).toBe(200)
  })

  it('is refused where it claims a length that is not there, or holds far more than its bytes', async () => {
    const { http } = await running()
    expect((await post(http, { body: lying(16_000) })).status).toBe(400)
    // Four million records of no bytes each: the innermost list of an otherwise genuine request.
    const records = Buffer.alloc(8 * 2 ** 20)
    for (let at = 0; at < records.length; at += 2) records[at] = 0x12
    const varint = (value: number) =>
      Buffer.from([
        0x80 | (value & 0x7f),
        0x80 | ((value >>> 7) & 0x7f),
        0x80 | ((value >>> 14) & 0x7f),
        value >>> 21,
      ])
    const scope = Buffer.concat([Buffer.of(0x12), varint(records.length), records])
    const body = Buffer.concat([Buffer.of(0x0a), varint(scope.length), scope])
    const before = process.memoryUsage().rss
    expect((await post(http, { body })).status).toBe(400)
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 2 ** 20)
  })

  it('is refused where it is nested beyond reason', async () => {
    const { http } = await running()
    const json = (levels: number) =>
      `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${'{"arrayValue":{"values":['.repeat(levels)}${']}}'.repeat(levels)}}]}]}]}`
    expect((await post(http, { body: json(5000), headers: JSON_TYPE })).status).toBe(400)
    expect((await post(http, { body: '['.repeat(1_000_000), headers: JSON_TYPE })).status).toBe(400)
    let value = Buffer.alloc(0)
    for (let level = 0; level < 3000; level++) {
      const length = (size: number) =>
        Buffer.from([0x80 | (size & 0x7f), 0x80 | ((size >>> 7) & 0x7f), size >>> 14])
      const list = Buffer.concat([Buffer.of(0x0a), length(value.length), value])
      value = Buffer.concat([Buffer.of(0x2a), length(list.length), list])
    }
    const wrap = (tag: number, inner: Buffer) =>
      Buffer.concat([
        Buffer.from([
          tag,
          0x80 | (inner.length & 0x7f),
          0x80 | ((inner.length >>> 7) & 0x7f),
          inner.length >>> 14,
        ]),
        inner,
      ])
    const body = wrap(0x0a, wrap(0x12, wrap(0x12, wrap(0x2a, value))))
    expect((await post(http, { body })).status).toBe(400)
  })

  it('comes out as it went in', async () => {
    const { http, grpc, host } = await running()
    const record = new LogRecord({
      hrTime: [1, 2],
      hrTimeObserved: [3, 4],
      severityNumber: 9,
      severityText: 'INFO',
      eventName: 'e',
      body: { list: [1, 2n ** 60n, new Uint8Array([1]), null, { a: nested(20) }] },
      attributes: { a: 1.5, b: true, c: '', d: null, e: [], f: {} },
      spanContext: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 },
      droppedAttributesCount: 3,
      resource: { attributes: { r: 1 }, schemaUrl: 'r', droppedAttributesCount: 4 },
      instrumentationScope: {
        name: 's',
        version: '1',
        schemaUrl: 't',
        attributes: { u: 1 },
        droppedAttributesCount: 5,
      },
    })
    await post(http, { body: encodeLogs([record]) })
    await post(http, { body: encodeLogsJson([record]), headers: JSON_TYPE })
    await call(grpcClient(grpc), encodeLogs([record]))
    const plain = (one: LogRecord) => ({ ...one, attributes: one.attributes, doubles: undefined })
    for (const one of host.records) expect(plain(one)).toEqual(plain(record))
    expect(host.records).toHaveLength(3)
  })
})

describe('clients that do not behave', () => {
  it('get an answer to HTTP that is none, and are closed', async () => {
    const { http } = await running()
    const { socket, text, closed } = await open(http)
    socket.write('\x16\x03\x01 this is no HTTP\r\n\r\n')
    await closed
    expect(text()).toContain('400 Bad Request')
  })

  it('of gRPC may speak something else, or send headers that are none, and no word of it is printed', async () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {})
    const { grpc } = await running()
    const { socket, closed } = await open(grpc)
    socket.write(`${HEAD}\r\n`)
    await closed
    const session = connectHttp2(`http://${grpc}`)
    onTestFinished(() => session.destroy())
    const strange = { 'a!b': 'secret', authorization: 'Bearer tökén', 'grpc-timeout': 'soon' }
    const stream = session.request({
      ':method': 'POST',
      ':path': EXPORT,
      'content-type': 'application/grpc',
      ...strange,
    })
    stream.on('error', () => {})
    await new Promise((resolve) => stream.on('response', resolve))
    const client = grpcClient(grpc)
    expect((await call(client, logs('a'))).code).toBe(status.OK)
    expect(printed).not.toHaveBeenCalled()
    printed.mockRestore()
  })

  it('of gRPC may send headers without end, which ends the call', async () => {
    const { grpc } = await running()
    const session = connectHttp2(`http://${grpc}`, { maxSendHeaderBlockLength: 2 ** 24 } as object)
    onTestFinished(() => session.destroy())
    session.on('error', () => {})
    const stream = session.request({
      ':method': 'POST',
      ':path': EXPORT,
      'content-type': 'application/grpc',
      'x-huge': 'x'.repeat(500_000),
    })
    await new Promise<void>((resolve) => {
      stream.on('error', () => resolve())
      stream.on('close', () => resolve())
      stream.on('response', () => resolve())
    })
    expect((await call(grpcClient(grpc), logs('a'))).code).toBe(status.OK)
  })

  it('are closed when a request does not arrive in time, and hold no bytes', async () => {
    const { http, receiver } = await running({ request_timeout: '200ms' })
    const half = await open(http)
    half.socket.write(`${HEAD}Content-Length: 100\r\n\r\nhalf`)
    const quarter = await open(http)
    quarter.socket.write(HEAD)
    await Promise.all([half.closed, quarter.closed])
    expect(half.text()).toContain('408')
    expect(receiver.gauges?.().bytes_in_flight).toBe(0)
  })

  it('are told over gRPC that they were too slow', async () => {
    const clock = manualClock()
    const { grpc, host, receiver } = await running({ request_timeout: '30s' }, { clock })
    const session = connectHttp2(`http://${grpc}`)
    onTestFinished(() => session.destroy())
    const stream = session.request({
      ':method': 'POST',
      ':path': EXPORT,
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    stream.on('error', () => {})
    const answered = new Promise<Record<string, unknown>>((resolve) =>
      stream.on('response', (headers) => resolve(headers)),
    )
    const closed = new Promise((resolve) => stream.on('close', resolve))
    stream.resume()
    stream.write(Buffer.from([0, 0, 0, 1, 0, 1, 2, 3]))
    await until(() => receiver.gauges?.().bytes_in_flight === 8)
    clock.advance(30_000)
    expect((await answered)['grpc-status']).toBe(String(status.DEADLINE_EXCEEDED))
    await closed
    expect(receiver.gauges?.().bytes_in_flight).toBe(0)
    expect(host.ledger.notes).toEqual({ refused_too_slow: 1 })
  })

  it('leave nothing behind when they break off in the middle', async () => {
    const { http, grpc, receiver, host } = await running()
    for (const address of [http, grpc]) {
      const { socket } = await open(address)
      socket.write(
        address === http ? `${HEAD}Content-Length: 100\r\n\r\nhalf` : 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      )
      await until(() => receiver.gauges?.().connections === 1)
      socket.resetAndDestroy()
      await until(() => receiver.gauges?.().connections === 0)
    }
    expect([receiver.gauges?.().bytes_in_flight, host.records]).toEqual([0, []])
  })

  it('and never read do not hold up others, nor a stop', async () => {
    const { http, receiver, host } = await running()
    const { socket } = await open(http)
    socket.pause()
    const request = `${HEAD}Content-Length: 0\r\n\r\n`.repeat(500)
    let sent = 0
    // Until neither side can take more, or long enough.
    while (sent < 200 && socket.write(request)) {
      sent++
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect((await post(http, { body: logs('other') })).status).toBe(200)
    expect(host.records).toHaveLength(1)
    socket.resume()
    await receiver.stop()
  })

  it('of gRPC who open a connection and say nothing do not hold up a stop for longer than its grace', async () => {
    const clock = manualClock()
    const { grpc, receiver } = await running({}, { clock })
    const { socket } = await open(grpc)
    // It does not even notice that the other end hangs up.
    socket.pause()
    await until(() => receiver.gauges?.().connections === 1)
    let over = false
    const stopped = Promise.resolve(receiver.stop()).then(() => {
      over = true
    })
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(over).toBe(false)
    clock.advance(1000)
    await stopped
  })

  it('are closed when nothing moves for idle_timeout, and what they sent is not handed on', async () => {
    const held = gate()
    const { http, receiver, host } = await running({ idle_timeout: '1s' }, { consume: held.consume })
    const first = post(http, { body: logs('first') })
    await until(() => held.waiting === 1)
    const second = post(http, { body: logs('second') })
    await until(() => receiver.gauges?.().requests_waiting === 2)
    const [one, two] = await Promise.allSettled([first, second])
    expect([one.status, two.status]).toEqual(['rejected', 'rejected'])
    await until(() => receiver.gauges?.().requests_waiting === 1)
    held.open()
    await until(() => receiver.gauges?.().requests_waiting === 0)
    expect(host.records.map((record) => record.body)).toEqual(['first'])
  })

  it('may be a thousand at once', async () => {
    const { http, receiver } = await running()
    const sockets = await Promise.all(Array.from({ length: 1000 }, () => open(http)))
    await until(() => receiver.gauges?.().connections === 1000)
    for (const { socket } of sockets) socket.write(`${HEAD}Content-Length: 0\r\n\r\n`)
    await until(() => sockets.every(({ text }) => text().includes('200 OK')))
    await receiver.stop()
    await Promise.all(sockets.map(({ closed }) => closed))
  })

  it('are turned away beyond the limit, while those inside are served', async () => {
    const { http, grpc, receiver } = await running({ max_connections: 2 })
    for (const address of [http, grpc]) {
      await open(address)
      const inside = await open(address)
      await until(() => (receiver.gauges?.().connections ?? 0) % 2 === 0)
      await (await open(address)).closed
      if (address !== http) continue
      inside.socket.write(`${HEAD}Content-Length: 0\r\n\r\n`)
      await until(() => inside.text().includes('200 OK'))
    }
  })

  it('may go on over the same connection after a refusal', async () => {
    const { http } = await running({ max_request_bytes: 100 })
    const { socket, text } = await open(http)
    socket.write(`${HEAD}Content-Length: 150\r\n\r\n${'x'.repeat(150)}${HEAD}Content-Length: 0\r\n\r\n`)
    await until(() => text().includes('200 OK'))
    expect(text()).toContain('413 Payload Too Large')
  })

  it('who pour in more than they may are cut off', async () => {
    const { http } = await running({ max_request_bytes: 100_000 })
    const { socket, text, closed } = await open(http)
    socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`)
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`
    const pour = setInterval(() => socket.write(chunk), 1)
    await closed
    clearInterval(pour)
    expect(text()).toContain('413 Payload Too Large')
  })
})

describe('bytes in flight', () => {
  it('are bounded over both protocols together, while bodies arrive', async () => {
    const held = gate()
    const { http, grpc, receiver } = await running({ max_bytes_in_flight: 10_000 }, { consume: held.consume })
    const slow = await open(http)
    slow.socket.write(`${HEAD}Content-Length: 9000\r\n\r\n${'x'.repeat(8000)}`)
    await until(() => receiver.gauges?.().bytes_in_flight === 8000)
    const answer = await call(grpcClient(grpc), logs('x'.repeat(3000)))
    expect(answer).toMatchObject({ code: status.RESOURCE_EXHAUSTED, retryDelay: 1000 })
    // Compressed it would fit; what counts is what comes out.
    const small = gzipSync(logs('x'.repeat(3000)))
    const gzip = { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' }
    expect((await post(http, { body: small, headers: gzip })).status).toBe(429)
    expect(receiver.gauges?.().bytes_in_flight).toBe(8000)
    slow.socket.destroy()
    await until(() => receiver.gauges?.().bytes_in_flight === 0)
    held.open()
    expect((await post(http, { body: small, headers: gzip })).status).toBe(200)
    expect((await call(grpcClient(grpc), logs('x'.repeat(3000)))).code).toBe(status.OK)
  })
})
