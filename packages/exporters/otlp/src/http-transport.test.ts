import type { ServerResponse } from 'node:http'
import { encodeResponse, encodeResponseJson, encodeStatus, encodeStatusJson } from '@lacuna/otlp'
import { PartialError, PermanentError, RetryableError } from '@lacuna/sdk'
import { exporterConformance, manualClock } from '@lacuna/sdk/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { otlpConfig } from './config.ts'
import { failure, never, records, SECRET, startExporter } from './exporter.fixture.ts'
import { closedPort, type HttpServerFixture, startHttpServer, startTcpServer } from './http-server.fixture.ts'
import otlp, { createOtlpExporter } from './index.ts'

let server: HttpServerFixture
const cleanUp: (() => unknown)[] = []

beforeEach(async () => {
  server = await startHttpServer()
  cleanUp.push(() => server.close())
})

afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step()
})

async function exporterTo(endpoint: string, more: object = {}, options = {}) {
  const started = await startExporter({ endpoint, headers: { authorization: SECRET }, ...more }, options)
  cleanUp.push(() => started.exporter.stop?.())
  return started
}

/** An answer with a status, a type and a body. */
function reply(
  status: number,
  type = '',
  body: string | Uint8Array = '',
  headers: Record<string, string> = {},
) {
  server.answer = (response: ServerResponse) => {
    if (type !== '') response.setHeader('content-type', type)
    response.writeHead(status, headers).end(body)
  }
}

const PROTOBUF = 'application/x-protobuf'
const JSON_TYPE = 'application/json'

for (const protocol of ['http/protobuf', 'http/json']) {
  describe(`conformance, ${protocol}`, () => {
    const checks = exporterConformance({
      factory: otlp,
      config: { endpoint: 'http://127.0.0.1:4318', protocol },
      create: (host) => createOtlpExporter(otlpConfig.parse({ endpoint: server.url, protocol }), host),
      records: () => records(5),
      delivered: () => server.received.reduce((sum, request) => sum + request.records.length, 0),
    })
    for (const check of checks) it(check.name, check.run)
  })
}

describe('the otlp exporter over HTTP', () => {
  it.each([
    ['http/protobuf', 'gzip', PROTOBUF],
    ['http/protobuf', 'none', PROTOBUF],
    ['http/json', 'gzip', JSON_TYPE],
    ['http/json', 'none', JSON_TYPE],
  ])('posts %s, compressed with %s, in one request', async (protocol, compression, type) => {
    const { exporter } = await exporterTo(server.url, { protocol, compression, headers: { 'x-Tenant': 'a' } })
    await exporter.export(records(3), never)
    const [request] = server.received
    expect(server.received).toHaveLength(1)
    expect(request?.path).toBe('/v1/logs')
    expect(request?.headers['content-type']).toBe(type)
    expect(request?.headers['content-encoding']).toBe(compression === 'gzip' ? 'gzip' : undefined)
    expect(request?.headers['x-tenant']).toBe('a')
    expect(request?.records.map(({ body }) => body)).toEqual(['record 0', 'record 1', 'record 2'])
    expect(request?.records[1]?.get('index')).toBe(1)
  })

  it('compresses a large request as it does a small one', async () => {
    const { exporter } = await exporterTo(server.url)
    await exporter.export(records(2000), never)
    expect(server.received[0]?.headers['content-encoding']).toBe('gzip')
    expect(server.received[0]?.records).toHaveLength(2000)
  })

  it('posts to the path that its endpoint has', async () => {
    const { exporter } = await exporterTo(`${server.url}/otlp/v1/logs?tenant=a`)
    await exporter.export(records(1), never)
    expect(server.received[0]?.path).toBe('/otlp/v1/logs?tenant=a')
  })

  it('keeps its connection', async () => {
    const { exporter } = await exporterTo(server.url)
    for (let request = 0; request < 5; request++) await exporter.export(records(1), never)
    expect(server.received).toHaveLength(5)
    expect(server.connections).toBe(1)
  })

  it('sends again at once on a connection that was closed while it was idle', async () => {
    let connections = 0
    const tcp = await startTcpServer((socket) => {
      const first = connections++ === 0
      let requests = 0
      socket.on('data', () => {
        // Answers the first request of the first connection and cuts it at the second, as a race with a timeout does.
        if (first && requests++ > 0) socket.resetAndDestroy()
        else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n')
      })
    })
    cleanUp.push(() => tcp.close())
    const { exporter } = await exporterTo(`http://127.0.0.1:${tcp.port}`)
    await exporter.export(records(1), never)
    await exporter.export(records(1), never)
    expect(connections).toBe(2)
  })

  it.each([429, 502, 503, 504])('may try again after %i', async (status) => {
    reply(status, PROTOBUF, encodeStatus({ code: 14, message: 'be patient' }))
    const { exporter } = await exporterTo(server.url)
    const error = await failure(exporter)
    expect(error).toBeInstanceOf(RetryableError)
    expect(error.message).toBe(`otlp/test: ${server.url}/v1/logs answered ${status} (be patient)`)
    expect(error.retryAfter).toBeUndefined()
  })

  it('passes on for how long to wait, in seconds or until a date', async () => {
    const clock = manualClock(Date.UTC(2026, 8, 14, 10, 0, 0))
    const { exporter } = await exporterTo(server.url, {}, { clock })
    for (const [header, expected] of [
      ['7', 7000],
      ['0', 0],
      ['Mon, 14 Sep 2026 10:00:30 GMT', 30_000],
      ['Mon, 14 Sep 2026 09:00:00 GMT', 0],
      ['soon', undefined],
      ['-1', undefined],
    ] as const) {
      reply(429, '', '', { 'retry-after': header })
      expect((await failure(exporter)).retryAfter).toBe(expected)
    }
  })

  it.each([400, 401, 403, 404, 413, 415, 500, 501])('does not try again after %i', async (status) => {
    reply(status, JSON_TYPE, encodeStatusJson({ code: 3, message: 'no' }))
    const { exporter } = await exporterTo(server.url, { protocol: 'http/json' })
    const error = await failure(exporter)
    expect(error).toBeInstanceOf(PermanentError)
    expect(error.message).toContain(`answered ${status} (no)`)
    expect(server.received).toHaveLength(1)
  })

  it.each([301, 302, 307, 308])('does not follow a redirect (%i)', async (status) => {
    reply(status, '', '', { location: `${server.url}/elsewhere` })
    const { exporter } = await exporterTo(server.url)
    const error = await failure(exporter)
    expect(error).toBeInstanceOf(PermanentError)
    expect(error.message).toMatch(/redirects are not followed, set endpoint to where it leads/)
    expect(server.received).toHaveLength(1)
  })

  it.each([
    ['http/protobuf', PROTOBUF, encodeResponse({ rejectedLogRecords: 2, errorMessage: 'too\u001b[31m old' })],
    [
      'http/json',
      JSON_TYPE,
      encodeResponseJson({ rejectedLogRecords: 2, errorMessage: 'too\u001b[31m old' }),
    ],
  ])('counts what was refused of a request, %s', async (protocol, type, body) => {
    reply(200, type, body)
    const { exporter } = await exporterTo(server.url, { protocol })
    const error = await failure(exporter)
    expect(error).toBeInstanceOf(PartialError)
    expect((error as PartialError).failed).toHaveLength(2)
    expect(error.message).toBe('otlp/test: the receiver refused 2 of 3 records (too\\u001b[31m old)')
  })

  it('fails for good when all of a request was refused, or more than it had', async () => {
    for (const rejectedLogRecords of [3, 2 ** 52]) {
      reply(200, PROTOBUF, encodeResponse({ rejectedLogRecords, errorMessage: '' }))
      const { exporter } = await exporterTo(server.url)
      const error = await failure(exporter)
      expect(error).toBeInstanceOf(PermanentError)
      expect(error.message).toContain('refused all 3 records')
    }
  })

  it('passes a warning of the receiver on, once a minute', async () => {
    const clock = manualClock()
    reply(200, PROTOBUF, encodeResponse({ rejectedLogRecords: 0, errorMessage: 'move to v2' }))
    const { exporter, logged, host } = await exporterTo(server.url, {}, { clock })
    await exporter.export(records(1), never)
    await exporter.export(records(1), never)
    expect(logged).toEqual([expect.stringContaining('accepted all records and warns (move to v2)')])
    clock.advance(60_000)
    await exporter.export(records(1), never)
    expect(logged).toHaveLength(2)
    expect(host.ledger.notes).toEqual({ odd_answer: 3 })
  })

  it.each([
    ['protobuf that is none', PROTOBUF, '\u00ff\u00ff\u00ff'],
    ['JSON that is none', JSON_TYPE, '{"partial'],
    ['a type of its own', 'text/plain', 'OK'],
    ['no type', '', 'OK'],
  ])('takes a success with %s for a success, and says so', async (_, type, body) => {
    reply(200, type, body)
    const { exporter, logged } = await exporterTo(server.url)
    await exporter.export(records(1), never)
    expect(logged).toEqual([expect.stringContaining('with an answer that is not OTLP')])
  })

  it('does not take a web page for a receiver', async () => {
    reply(200, 'text/html; charset=utf-8', '<html>sign in</html>')
    const { exporter } = await exporterTo(server.url)
    const error = await failure(exporter)
    expect(error).toBeInstanceOf(RetryableError)
    expect(error.message).toContain('answered with a web page: is it an OTLP receiver?')
  })

  it('reads of a long answer only its beginning', async () => {
    let sent = 0
    server.answer = (response) => {
      response.writeHead(500, { 'content-type': 'text/plain' })
      const more = () => {
        while (!response.destroyed && sent < 2 ** 30) {
          sent += 2 ** 16
          if (!response.write('x'.repeat(2 ** 16))) return response.once('drain', more)
        }
        return undefined
      }
      more()
    }
    const { exporter } = await exporterTo(server.url)
    const error = await failure(exporter)
    expect(error).toBeInstanceOf(PermanentError)
    expect(error.message.length).toBeLessThan(500)
    expect(sent).toBeLessThan(2 ** 26)
  })

  it('is told that nothing listens', async () => {
    const { exporter } = await exporterTo(`http://127.0.0.1:${await closedPort()}`)
    const error = await failure(exporter)
    expect(error).toBeInstanceOf(RetryableError)
    expect(error.message).toMatch(
      /^otlp\/test: cannot send to http:\/\/127\.0\.0\.1:\d+\/v1\/logs: nothing listens there$/,
    )
  })

  it('is told that a host is not known', async () => {
    const { exporter } = await exporterTo('http://no-such-host.invalid', { insecure: true })
    const error = await failure(exporter)
    expect(error).toBeInstanceOf(RetryableError)
    expect(error.message).toMatch(/name of the host/)
  })

  it.each([
    ['never answers', () => {}],
    [
      'stops in the middle of its answer',
      (socket: import('node:net').Socket) => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf')
      },
    ],
  ])('gives up a server that %s when the signal says so, and goes on with the next', async (_, handle) => {
    const tcp = await startTcpServer(handle)
    cleanUp.push(() => tcp.close())
    const { exporter } = await exporterTo(`http://127.0.0.1:${tcp.port}`)
    const controller = new AbortController()
    const failed = failure(exporter, controller.signal)
    setImmediate(() => controller.abort())
    const error = await failed
    expect(error).toBeInstanceOf(RetryableError)
    expect(error.message).toMatch(/no answer from http:\/\/127\.0\.0\.1:\d+\/v1\/logs in time$/)
  })

  it.each([
    [
      'cuts the connection',
      (socket: import('node:net').Socket) => void socket.destroy(),
      /connection was cut/,
    ],
    [
      'cuts it within the answer',
      (socket: import('node:net').Socket) => {
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf')
      },
      /connection was cut/,
    ],
    [
      'does not speak HTTP',
      (socket: import('node:net').Socket) => void socket.end('220 mail ready\r\n'),
      /does not speak HTTP/,
    ],
  ])('may try again where the other side %s', async (_, handle, message) => {
    const tcp = await startTcpServer(handle)
    cleanUp.push(() => tcp.close())
    const { exporter } = await exporterTo(`http://127.0.0.1:${tcp.port}`)
    const error = await failure(exporter)
    expect(error).toBeInstanceOf(RetryableError)
    expect(error.message).toMatch(message)
  })

  it('shows no secret, not of a header that the server echoes, nor of a query', async () => {
    const echo = `you sent ${SECRET}, that is ${SECRET.slice(7)}`
    const { exporter, logged } = await exporterTo(`${server.url}/v1/logs?key=s3cr3t-query`)
    const shown: string[] = []
    for (const status of [200, 302, 401, 500, 503]) {
      for (const [type, body] of [
        ['text/plain', echo],
        [
          PROTOBUF,
          status === 200
            ? encodeResponse({ rejectedLogRecords: 1, errorMessage: echo })
            : encodeStatus({ code: 3, message: echo }),
        ],
        [PROTOBUF, status === 200 ? encodeResponse({ rejectedLogRecords: 0, errorMessage: echo }) : echo],
        [JSON_TYPE, encodeStatusJson({ code: 3, message: echo })],
      ] as const) {
        reply(status, type, body)
        await Promise.resolve(exporter.export(records(3), never)).catch((error: Error) => {
          shown.push(`${error} ${error.stack} ${JSON.stringify(error)} ${error.cause ?? ''}`)
        })
      }
    }
    const all = [...shown, ...logged].join('\n')
    expect(shown.length).toBeGreaterThan(15)
    expect(all).toContain('you sent [redacted]')
    expect(all).not.toMatch(/s3cr3t/)
  })

  it('sends nothing before its start or after its end', async () => {
    const { exporter } = await exporterTo(server.url)
    await exporter.stop?.()
    expect(await failure(exporter)).toBeInstanceOf(RetryableError)
    expect(server.received).toHaveLength(0)
  })
})
