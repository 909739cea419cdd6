import { type AddressInfo, createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { Random } from '../../examples/sample-data/src/random.ts'
import type { Feed } from './feed.ts'
import type { Input } from './input.ts'
import { createLanes } from './lanes.ts'

/** How records are sent. */
export interface OtlpFeedOptions {
  readonly input: Input
  readonly random: Random
  /** Milliseconds that a part of the input takes. */
  readonly durations: readonly number[]
}

/** Milliseconds for which a sender waits for an answer. */
const PATIENCE = 10_000

/** Sends one request after the other, each until it is answered with 200, and never again after that. */
export async function otlpFeed({ input, random, durations }: OtlpFeedOptions): Promise<Feed> {
  const port = await freePort()
  const lines = input.sources.flat()
  let closed = false

  async function send(bodies: readonly string[]): Promise<void> {
    const logRecords = bodies.map((stringValue) => ({ body: { stringValue } }))
    const body = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })
    const headers = { 'content-type': 'application/json' }
    while (!closed) {
      try {
        const signal = AbortSignal.timeout(PATIENCE)
        const url = `http://127.0.0.1:${port}/v1/logs`
        const response = await fetch(url, { method: 'POST', headers, body, signal })
        await response.text()
        if (response.status === 200) return
        if (response.status === 400) throw new Error('the harness sends what is no OTLP')
      } catch (error) {
        if (error instanceof Error && error.message.startsWith('the harness')) throw error
      }
      await wait(50)
    }
  }

  const write = (from: number, to: number) => inRequests(lines.slice(from, to), send)
  return {
    receiver: 'otlp',
    receivers: `  otlp:
    protocols: { http: { endpoint: "127.0.0.1:${port}" } }
`,
    units: lines.length,
    advance: createLanes([{ at: 0, length: lines.length, write }], { random, durations }),
    afterKill: () => Promise.resolve(),
    async close() {
      closed = true
    },
  }
}

/** Records of one request at most. */
const MOST = 200

async function inRequests(
  lines: readonly string[],
  send: (some: readonly string[]) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < lines.length; at += MOST) await send(lines.slice(at, at + MOST))
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
