import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { decodeLogs, decodeLogsJson } from '@lacuna/otlp'
import type { LogRecord } from '@lacuna/sdk'

interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly records: LogRecord[]
}

/** A receiver on a free port of loopback that answers what a test says. */
export interface HttpServerFixture {
  readonly url: string
  readonly received: Received[]
  /** Connections that were made so far. */
  readonly connections: number
  answer(response: ServerResponse, request: Received): void
  /** Cuts what is idle, as a server does whose keep-alive time is over. */
  cutIdle(): void
  close(): Promise<void>
}

/** Starts a server; over TLS where it is given a certificate. */
export async function startHttpServer(tls?: ServerOptions): Promise<HttpServerFixture> {
  const received: Received[] = []
  let connections = 0
  const server = tls === undefined ? createServer() : createTlsServer(tls)
  const fixture: HttpServerFixture = {
    url: '',
    received,
    get connections() {
      return connections
    },
    answer: (response) => response.end(),
    cutIdle: () => server.closeIdleConnections(),
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
  server.on('connection', () => connections++)
  server.on('request', async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const sent = Buffer.concat(chunks)
    const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent
    const json = request.headers['content-type'] === 'application/json'
    const records = json ? decodeLogsJson(body) : decodeLogs(body)
    const got = { path: request.url ?? '', headers: request.headers, body, records }
    received.push(got)
    fixture.answer(response, got)
  })
  const port = await listen(server)
  return Object.assign(fixture, { url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}` })
}

/** A server that takes connections and hears, and does what a test says with the socket; by default nothing. */
export async function startTcpServer(
  handle: (socket: Socket) => void = () => {},
): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.resume()
    handle(socket)
  })
  return {
    port: await listen(server),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const { port, close } = await startTcpServer()
  await close()
  return port
}
