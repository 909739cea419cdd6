import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { CorsConfig } from './config.ts'
import { answerCors } from './cors.ts'
import { answerRefusal, answerSuccess } from './http-answer.ts'
import { objection } from './http-objection.ts'
import { encodingOf } from './inflate.ts'
import { asRefusal, type Sender } from './intake.ts'
import { listen } from './listen.ts'
import { discard, readBody } from './read-body.ts'
import { type Refusal, stopping } from './refusal.ts'
import { type OtlpServer, type ServerSetup, UnderWay } from './server.ts'
import { formatOf, JSON_FORMAT } from './wire.ts'

/** Headers of a request in bytes. Node's own standard, said here so that it does not change unseen. */
const MAX_HEADER_BYTES = 16 * 1024
/** Milliseconds for the headers, for which no honest client needs more than an instant. */
const HEADERS_TIMEOUT = 10_000
/** Milliseconds between looks for requests that take too long. */
const CHECK_INTERVAL = 1000

/** OTLP over HTTP: `POST /v1/logs`. */
export function httpServer(setup: ServerSetup, cors: CorsConfig | undefined): OtlpServer {
  const { intake, auth } = setup
  const { maxRequestBytes } = intake
  const rules = { auth, maxRequestBytes, allow: cors === undefined ? 'POST' : 'POST, OPTIONS' }
  const answers = new UnderWay<ServerResponse>()
  /** How to refuse those whose body is still on its way. */
  const reading = new Set<(refusal: Refusal) => void>()
  let stopped = false
  let connections = 0

  function handle(request: IncomingMessage, response: ServerResponse, waitsForGo: boolean): void {
    const format = formatOf(request.headers['content-type']) ?? JSON_FORMAT
    const ticket = intake.admission.open()
    const sender: Sender = { gone: false, onGone: undefined }
    const refuse = (refusal: Refusal) => {
      reading.delete(refuse)
      ticket.release()
      if (sender.gone || response.headersSent) return
      intake.note(refusal.kind)
      // Who was not told to go on may never send the body; who sends while we stop is to connect elsewhere.
      if (waitsForGo || stopped) response.setHeader('Connection', 'close')
      answerRefusal(response, refusal, format)
    }
    answers.add(response)
    // A connection that breaks is told by `close`; an unheard `error` would end the process.
    request.on('error', () => {})
    response.on('error', () => {})
    response.on('close', () => {
      answers.delete(response)
      reading.delete(refuse)
      ticket.release()
      if (response.writableFinished) return
      sender.gone = true
      sender.onGone?.()
    })

    if (cors !== undefined && answerCors(cors, request, response)) return
    const refusal = stopped ? stopping() : objection(request, response, rules)
    if (refusal !== undefined) {
      refuse(refusal)
      discard(request, maxRequestBytes)
      return
    }
    if (waitsForGo) response.writeContinue()
    const encoding = encodingOf(request.headers['content-encoding']) ?? 'identity'
    reading.add(refuse)
    readBody(request, maxRequestBytes, ticket)
      .then((bytes) => {
        reading.delete(refuse)
        return intake.take({ bytes, encoding, format, ticket, sender })
      })
      .then(() => answerSuccess(response, format))
      .catch((error: unknown) => refuse(asRefusal(error)))
  }

  const server = makeServer(setup)
  server.on('request', (request, response) => handle(request, response, false))
  server.on('checkContinue', (request, response) => handle(request, response, true))
  server.on('connection', (socket) => {
    connections++
    socket.once('close', () => connections--)
  })

  return {
    get connections() {
      return connections
    },
    start: () => listen(server, setup.endpoint, 'HTTP', setup.id),
    refuseNew() {
      stopped = true
      if (server.listening) server.close()
      for (const refuse of reading) refuse(stopping())
    },
    async close() {
      await answers.over(setup.clock)
      server.closeAllConnections()
    },
  }
}

function makeServer({ tls, requestTimeout, idleTimeout, maxConnections }: ServerSetup): Server {
  const options: ServerOptions = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: Math.min(HEADERS_TIMEOUT, requestTimeout),
    requestTimeout,
    connectionsCheckingInterval: Math.min(CHECK_INTERVAL, requestTimeout),
    keepAliveTimeout: idleTimeout,
    // The other end may be gone without a word.
    keepAlive: true,
  }
  const server = tls === undefined ? createServer(options) : createTlsServer({ ...options, ...tls })
  server.maxConnections = maxConnections
  // Of a client that neither reads nor sends.
  server.setTimeout(idleTimeout)
  return server
}
