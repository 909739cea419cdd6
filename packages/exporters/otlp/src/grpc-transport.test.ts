import { connect } from 'node:net'
import { Metadata } from '@grpc/grpc-js'
import { encodeResponse } from '@lacuna/otlp'
import { PartialError, PermanentError, RetryableError } from '@lacuna/sdk'
import { exporterConformance } from '@lacuna/sdk/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { otlpConfig } from './config.ts'
import { failure, never, records, SECRET, startExporter } from './exporter.fixture.ts'
import { type GrpcServerFixture, refuse, startGrpcServer } from './grpc-server.fixture.ts'
import { closedPort, startTcpServer } from './http-server.fixture.ts'
import otlp, { createOtlpExporter } from './index.ts'

let server: GrpcServerFixture
const cleanUp: (() => unknown)[] = []

beforeEach(async () => {
  server = await startGrpcServer()
  cleanUp.push(() => server.close())
})

afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step()
})

async function exporterTo(port: number, more: object = {}) {
  const config = {
    protocol: 'grpc',
    endpoint: `http://127.0.0.1:${port}`,
    headers: { authorization: SECRET },
  }
  const started = await startExporter({ ...config, ...more })
  cleanUp.push(() => started.exporter.stop?.())
  return started
}

describe('conformance, grpc', () => {
  const checks = exporterConformance({
    factory: otlp,
    config: { endpoint: 'http://127.0.0.1:4317', protocol: 'grpc' },
    create: (host) => {
      const config = { endpoint: `http://127.0.0.1:${server.port}`, protocol: 'grpc' }
      return createOtlpExporter(otlpConfig.parse(config), host)
    },
    records: () => records(5),
    delivered: () => server.received.reduce((sum, request) => sum + request.records.length, 0),
  })
  for (const check of checks) it(check.name, check.run)
})

describe('the otlp exporter over gRPC', () => {
  it('sends records and metadata', async () => {
    const { exporter } = await exporterTo(server.port, {
      headers: { 'x-Tenant': 'a', 'key-bin': 'AQI=' },
    })
    await exporter.export(records(3), never)
    const [request] = server.received
    expect(request?.records.map(({ body }) => body)).toEqual(['record 0', 'record 1', 'record 2'])
    expect(request?.metadata.get('x-tenant')).toEqual(['a'])
    expect(request?.metadata.get('key-bin')).toEqual([Buffer.from([1, 2])])
  })

  it('compresses unless told otherwise', async () => {
    const sizes: number[] = []
    for (const options of [{}, { compression: 'none' }]) {
      let sent = 0
      const between = await startTcpServer((socket) => {
        const onward = connect(server.port, '127.0.0.1')
        socket.on('data', (chunk) => {
          sent += chunk.length
        })
        socket
          .pipe(onward)
          .on('error', () => {})
          .pipe(socket)
        socket.on('close', () => onward.destroy())
      })
      cleanUp.push(() => between.close())
      const { exporter } = await exporterTo(between.port, options)
      await exporter.export(records(2000), never)
      sizes.push(sent)
    }
    expect(server.received.map((request) => request.records.length)).toEqual([2000, 2000])
    expect((sizes[0] ?? 0) * 3).toBeLessThan(sizes[1] ?? 0)
  })

  it.each([1, 4, 10, 11, 14, 15])(
    'may try again after code %i, with the delay that the server gave',
    async (code) => {
      server.answer = refuse({ code, message: 'later', retryDelay: 2500 })
      const { exporter } = await exporterTo(server.port)
      const error = await failure(exporter)
      expect(error).toBeInstanceOf(RetryableError)
      expect(error.message).toBe(
        `otlp/test: http://127.0.0.1:${server.port} answered gRPC code ${code} (later)`,
      )
      expect(error.retryAfter).toBe(2500)
      expect(server.received).toHaveLength(1)
    },
  )

  it('may try again where resources are exhausted only when it is told when', async () => {
    const { exporter } = await exporterTo(server.port)
    server.answer = refuse({ code: 8, message: 'full', retryDelay: 100 })
    expect(await failure(exporter)).toBeInstanceOf(RetryableError)
    server.answer = refuse({ code: 8, message: 'too large' })
    expect(await failure(exporter)).toBeInstanceOf(PermanentError)
  })

  it.each([2, 3, 5, 7, 12, 13, 16])('does not try again after code %i', async (code) => {
    server.answer = refuse({ code, message: 'no' })
    const { exporter } = await exporterTo(server.port)
    const error = await failure(exporter)
    expect(error).toBeInstanceOf(PermanentError)
    expect(error.message).toContain(`answered gRPC code ${code} (no)`)
    expect(server.received).toHaveLength(1)
  })

  it('is not misled by details that are none', async () => {
    const metadata = new Metadata()
    metadata.set('grpc-status-details-bin', Buffer.from([0xff, 0xff]))
    server.answer = (done) => done({ code: 14, details: '', metadata })
    const { exporter } = await exporterTo(server.port)
    const error = await failure(exporter)
    expect(error).toBeInstanceOf(RetryableError)
    expect(error.retryAfter).toBeUndefined()
  })

  it('counts what was refused of a request', async () => {
    const body = Buffer.from(encodeResponse({ rejectedLogRecords: 1, errorMessage: 'too old' }))
    server.answer = (done) => done(null, body)
    const { exporter } = await exporterTo(server.port)
    const error = await failure(exporter)
    expect(error).toBeInstanceOf(PartialError)
    expect((error as PartialError).failed).toHaveLength(1)
    expect(error.message).toContain('refused 1 of 3 records (too old)')
  })

  it('takes a success with an answer that is none for a success, and says so', async () => {
    server.answer = (done) => done(null, Buffer.from([0xff]))
    const { exporter, logged } = await exporterTo(server.port)
    await exporter.export(records(1), never)
    expect(logged).toEqual([expect.stringContaining('with an answer that is not OTLP')])
  })

  it('does not read an answer without end', async () => {
    server.answer = (done) => done(null, Buffer.alloc(2 ** 20))
    const { exporter } = await exporterTo(server.port)
    expect(await failure(exporter)).toBeInstanceOf(PermanentError)
  })

  it('is told that nothing listens, and delivers once something does', async () => {
    const { exporter } = await exporterTo(await closedPort())
    const error = await failure(exporter)
    expect(error).toBeInstanceOf(RetryableError)
    expect(error.message).toMatch(/cannot send to http:\/\/127\.0\.0\.1:\d+: nothing listens there$/)
  })

  it('is told that what is there does not speak gRPC', async () => {
    const tcp = await startTcpServer((socket) => void socket.end('220 mail ready\r\n'))
    cleanUp.push(() => tcp.close())
    const { exporter } = await exporterTo(tcp.port)
    expect(await failure(exporter)).toBeInstanceOf(RetryableError)
  })

  it.each(['connects and says nothing', 'takes the request and does not answer'])(
    'gives up a server that %s when the signal says so',
    async (which) => {
      const tcp = await startTcpServer()
      cleanUp.push(() => tcp.close())
      const controller = new AbortController()
      const heard = new Promise<void>((resolve) => {
        server.answer = () => resolve()
        if (which.startsWith('connects')) setImmediate(resolve)
      })
      const { exporter } = await exporterTo(which.startsWith('connects') ? tcp.port : server.port)
      const failed = failure(exporter, controller.signal)
      await heard
      controller.abort()
      const error = await failed
      expect(error).toBeInstanceOf(RetryableError)
      expect(error.message).toMatch(/no answer from http:\/\/127\.0\.0\.1:\d+ in time$/)
    },
  )

  it('shows no secret that the server echoes', async () => {
    const message = `you sent ${SECRET}\u001b[2J`
    const { exporter, logged } = await exporterTo(server.port)
    const shown: string[] = []
    for (const code of [3, 14, 16]) {
      server.answer = refuse({ code, message, retryDelay: 1 })
      const error = await failure(exporter)
      shown.push(`${error} ${error.stack} ${JSON.stringify(error)} ${error.cause ?? ''}`)
    }
    expect(shown.join()).toContain('you sent [redacted]\\u001b[2J')
    expect([...shown, ...logged].join()).not.toMatch(/s3cr3t/)
  })
})
