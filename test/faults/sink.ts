import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type Alert, alertsOf } from './otlp-json.ts'

/** One alert as it arrived once. Times are milliseconds of `performance.now()`. */
export interface Arrival {
  readonly id: string
  readonly alert: Alert
  /** Which life of the command sent it. */
  readonly life: number
  readonly at: number
  /** When it was answered with 200, as far as the sink can know. */
  acknowledged: number | undefined
}

/** What the sink does with a request. */
export interface Answer {
  readonly status: number
  /** Whether it keeps what it was sent. */
  readonly accepts: boolean
  /** Milliseconds until it answers. */
  readonly delay: number
  /** Whether the sender has given up by then, so that no answer counts. */
  readonly tooLate?: boolean
}

/** An OTLP/HTTP receiver that remembers every alert, and misbehaves when it is told to. */
export interface Sink {
  readonly port: number
  readonly arrivals: readonly Arrival[]
  /** Ids that have arrived at least once. */
  readonly ids: ReadonlySet<string>
  /** Requests that are not answered yet. */
  readonly underWay: number
  /** Whether something was refused with what OTLP says is for good. */
  readonly refused: boolean
  answer: (request: number) => Answer
  /** Takes no connections and cuts those that are there. */
  die(): Promise<void>
  revive(): Promise<void>
  close(): Promise<void>
}

/** Starts a {@link Sink} on a free port of loopback. */
export async function startSink(): Promise<Sink> {
  const arrivals: Arrival[] = []
  const ids = new Set<string>()
  let requests = 0
  let underWay = 0
  let refused = false
  let server: Server | undefined

  const sink = {
    port: 0,
    arrivals,
    ids,
    get underWay() {
      return underWay
    },
    get refused() {
      return refused
    },
    answer: (): Answer => ({ status: 200, accepts: true, delay: 0 }),
    async die() {
      const dead = server
      server = undefined
      if (dead === undefined) return
      const closed = new Promise((resolve) => dead.close(resolve))
      dead.closeAllConnections()
      await closed
    },
    async revive() {
      if (server === undefined) server = await listen(handle, sink.port)
    },
    close: () => sink.die(),
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    underWay++
    let over = false
    response.once('close', () => {
      if (!over) underWay--
      over = true
    })
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk)
    } catch {
      // Cut off in the middle: nothing has arrived.
      return
    }
    const { status, accepts, delay, tooLate } = (sink as Sink).answer(++requests)
    if (status === 500) refused = true
    const life = Number(request.headers['x-life'])
    const at = performance.now()
    const some: Arrival[] = accepts
      ? alertsOf(Buffer.concat(chunks).toString()).map((alert) => ({
          id: alert.id,
          alert,
          life,
          at,
          acknowledged: undefined,
        }))
      : []
    arrivals.push(...some)
    for (const { id } of some) ids.add(id)
    const { socket } = response
    const reply = () => {
      if (socket === null || socket.destroyed) return
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end('{}', () => {
        if (status !== 200 || tooLate === true || socket.destroyed) return
        for (const arrival of some) arrival.acknowledged = performance.now()
      })
    }
    if (delay > 0) setTimeout(reply, delay)
    else reply()
  }

  server = await listen(handle, 0)
  sink.port = (server.address() as AddressInfo).port
  return sink
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

function listen(handle: Handler, port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((request, response) => void handle(request, response))
    server.on('connection', (socket: Socket) => socket.setNoDelay(true))
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
