import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { ExporterStatus, HrTime, PipelineStatus, ReceiverStatus, RuntimeStatus } from '@lacuna/sdk'
import { testExtensionHost } from '@lacuna/sdk/testing'
import { onTestFinished } from 'vitest'
import { config as schema } from './config.ts'
import { type HealthCheck, healthCheck } from './health-check.ts'

/** A health check on a free port, stopped when the test has finished. */
export async function running(status: () => RuntimeStatus = allWell): Promise<{
  check: HealthCheck
  address: string
}> {
  const host = testExtensionHost({ id: 'health_check', status })
  const check = healthCheck(schema.parse({ endpoint: '127.0.0.1:0' }), host)
  onTestFinished(async () => {
    await check.stop?.()
  })
  await check.start?.()
  return { check, address: check.address ?? '' }
}

/** 2026-01-01T00:00:00.250Z. */
const SINCE: HrTime = [1_767_225_600, 250_000_000]

export const receiver = (more: Partial<ReceiverStatus> = {}): ReceiverStatus => ({
  id: 'event_hubs/azure',
  state: 'ok',
  since: SINCE,
  reason: undefined,
  cameUp: true,
  ...more,
})

export const exporter = (more: Partial<ExporterStatus> = {}): ExporterStatus => ({
  id: 'slack',
  state: 'ok',
  since: SINCE,
  reason: undefined,
  queue: { records: 2, maxRecords: 10_000, bytes: 512, maxBytes: 2 ** 26, blocking: false },
  ...more,
})

export const pipeline = (more: Partial<PipelineStatus> = {}): PipelineStatus => ({
  id: 'logs',
  state: 'ok',
  receivers: ['event_hubs/azure'],
  exporters: ['slack'],
  ...more,
})

export function status(more: Partial<RuntimeStatus> = {}): RuntimeStatus {
  return {
    phase: 'running',
    since: SINCE,
    reason: undefined,
    pipelines: [pipeline()],
    receivers: [receiver()],
    exporters: [exporter()],
    ...more,
  }
}

const allWell = () => status()

export interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly json: unknown
}

/** Asks over a connection of its own. */
export function ask(
  address: string,
  path: string,
  options: RequestOptions & { body?: string } = {},
): Promise<Reply> {
  const { hostname, port } = new URL(`http://${address}`)
  return new Promise((resolve, reject) => {
    const asking = request({ hostname, port, path, agent: false, ...options }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: text === '' ? undefined : JSON.parse(text),
        }),
      )
    })
    asking.on('error', reject)
    asking.end(options.body)
  })
}

/** A bare connection, destroyed when the test has finished. */
export async function connected(address: string): Promise<Socket> {
  const { hostname, port } = new URL(`http://${address}`)
  const socket = connect(Number(port), hostname)
  // That it is cut off is what a test asks for.
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  await new Promise<void>((resolve) => socket.once('connect', resolve))
  return socket
}

/** Everything that the other side sends until it closes. */
export async function rest(socket: Socket): Promise<string> {
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  if (!socket.closed) await new Promise<void>((resolve) => socket.once('close', () => resolve()))
  return text
}
