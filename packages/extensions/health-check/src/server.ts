import { createServer, type Server } from 'node:http'
import type { Socket } from 'node:net'
import type { RuntimeStatus } from '@lacuna/sdk'
import { type Answer, answer } from './answer.ts'

/** Bytes of a request's headers. A probe has some hundred. */
const MAX_HEADER_BYTES = 8 * 1024
/** Headers of a request. */
const MAX_HEADERS = 64
/** Milliseconds in which a request must be there as a whole, and its answer taken. */
const PATIENCE = 5000
/** Milliseconds between looks for requests that take longer. */
const CHECK_INTERVAL = 1000
/** Connections at once, far more than probes need. */
export const MAX_CONNECTIONS = 64

/**
 * The HTTP server of the health check: one request a connection, so that a stop waits for nobody and nobody sits
 * on a connection. When there are too many the oldest gives way, as refusing the newest would let whoever holds
 * them all keep the probes out, and have a healthy process restarted.
 *
 * @param patience milliseconds for a request and its answer
 */
export function healthServer(status: () => RuntimeStatus, patience = PATIENCE): Server {
  const server = createServer({
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: patience,
    requestTimeout: patience,
    connectionsCheckingInterval: Math.min(CHECK_INTERVAL, patience),
  })
  const sockets = new Set<Socket>()
  server.maxHeadersCount = MAX_HEADERS
  server.setTimeout(patience)
  server.on('connection', (socket) => {
    const [oldest] = sockets
    if (oldest !== undefined && sockets.size >= MAX_CONNECTIONS) {
      sockets.delete(oldest)
      oldest.destroy()
    }
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('request', (request, response) => {
    // A connection that breaks is told by `close`; an unheard `error` would end the process.
    request.on('error', () => {})
    response.on('error', () => {})
    // What it carries is thrown away.
    request.resume()
    const given = answerSafely(request.method, request.url, status)
    const body = `${JSON.stringify(given.body)}\n`
    if (given.status === 405) response.setHeader('Allow', 'GET, HEAD')
    response.writeHead(given.status, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      Connection: 'close',
    })
    response.end(body)
  })
  return server
}

/** A status that cannot be told must not end the process. */
function answerSafely(
  method: string | undefined,
  url: string | undefined,
  status: () => RuntimeStatus,
): Answer {
  try {
    return answer(method, url, status)
  } catch {
    return { status: 500, body: { error: 'the status cannot be told' } }
  }
}
