import {
  type Batch,
  defineExporter,
  defineExtension,
  defineProcessor,
  defineReceiver,
  type Exporter,
  type Extension,
  type ExtensionHost,
  type Host,
  type Logger,
  LogRecord,
  type Processor,
  type Receiver,
  type ReceiverHost,
  type Source,
} from '@lacuna/sdk'
import { type ManualClock, manualClock } from '@lacuna/sdk/testing'
import { z } from 'zod'
import type { CheckedConfig, ConfiguredPipeline } from '../config/checked-config.ts'
import { defaultSending, type SendingConfig, sendingSchemaOf } from '../config/sending.ts'
import { buildPipeline } from './build-pipeline.ts'
import type { BuildOptions, Pipeline } from './options.ts'

/** What a test's pipelines are made of: components by id, and pipelines as lists of ids. */
export interface Parts {
  receivers: Record<string, (host: ReceiverHost) => Receiver>
  processors?: Record<string, (host: Host) => Processor>
  exporters: Record<string, (host: Host) => Exporter>
  /** How an exporter is sent to, where not as usual. */
  sending?: Record<string, SendingConfig>
  extensions?: Record<string, (host: ExtensionHost) => Extension>
  pipelines: Record<string, { receivers: string[]; processors?: string[]; exporters: string[] }>
}

const description = 'A fake.'
const config = z.strictObject({})

/** Nobody's time is over: tests that are about something else let hours pass. */
const PATIENT = defaultSending({ defaults: { timeout: 0 } })

/** Parts as a configuration that has been checked. */
function checked(parts: Parts): CheckedConfig {
  const pipelines = new Map<string, ConfiguredPipeline>()
  for (const [id, ids] of Object.entries(parts.pipelines)) pipelines.set(id, { id, processors: [], ...ids })
  const each = <C, F>(creates: Record<string, C> | undefined, define: (type: string, create: C) => F) =>
    new Map(
      Object.entries(creates ?? {}).map(([id, create]) => [
        id,
        { id, factory: define(id, create), config: {} },
      ]),
    )
  return {
    receivers: each(parts.receivers, (type, make) =>
      defineReceiver({ type, description, config, create: (_, host) => make(host) }),
    ),
    processors: each(parts.processors, (type, make) =>
      defineProcessor({ type, description, config, create: (_, host) => make(host) }),
    ),
    exporters: new Map(
      Object.entries(parts.exporters).map(([id, make]) => [
        id,
        {
          id,
          factory: defineExporter({ type: id, description, config, create: (_, host) => make(host) }),
          config: {},
          sending: parts.sending?.[id] ?? PATIENT,
        },
      ]),
    ),
    extensions: each(parts.extensions, (type, make) =>
      defineExtension({ type, description, config, create: (_, host) => make(host) }),
    ),
    pipelines,
  }
}

/** Pipelines under a test's clock. */
export interface Running {
  readonly pipeline: Pipeline
  readonly clock: ManualClock
  readonly log: MemoryLog
  /** The accounting of one component. */
  count(id: string, pipeline?: string): ReturnType<Pipeline['counters']>['components'][number]
}

/** Builds the parts, without starting them. */
export async function build(parts: Parts, options: BuildOptions = {}): Promise<Running> {
  const clock = manualClock()
  const log = memoryLog()
  const pipeline = await buildPipeline(checked(parts), { clock, logger: log.logger, ...options })
  return {
    pipeline,
    clock,
    log,
    count(id, within) {
      const found = pipeline
        .counters()
        .components.find((each) => each.id === id && (within === undefined || each.pipeline === within))
      if (found === undefined) throw new Error(`no component ${id}`)
      return found
    },
  }
}

/** Builds the parts and starts them. */
export async function run(parts: Parts, options: BuildOptions = {}): Promise<Running> {
  const running = await build(parts, options)
  await running.pipeline.start()
  return running
}

/** A receiver that a test speaks for. */
export interface FakeReceiver {
  readonly make: (host: ReceiverHost) => Receiver
  readonly host: ReceiverHost
  /** `source position` of what was said to be safe. */
  readonly safe: string[]
  readonly stopped: boolean
  send(bodies: readonly (string | number)[], source?: Source, position?: string): Promise<void>
  end(): void
  fail(error: unknown): void
}

export const SOURCE: Source = { id: 'fake:a', finite: true }

/** Makes a {@link FakeReceiver}. */
export function fakeReceiver(overrides: Partial<Receiver> = {}): FakeReceiver {
  const done = Promise.withResolvers<void>()
  const safe: string[] = []
  let host: ReceiverHost | undefined
  let stopped = false
  return {
    make(given) {
      host = given
      return {
        start() {},
        stop() {
          stopped = true
        },
        done: done.promise,
        safe: (source, position) => void safe.push(`${source.id} ${position}`),
        ...overrides,
      }
    },
    get host() {
      if (host === undefined) throw new Error('the receiver has not been made')
      return host
    },
    safe,
    get stopped() {
      return stopped
    },
    send(bodies, source = SOURCE, position) {
      return this.host.consume(batchOf(bodies, source, position))
    },
    end: () => done.resolve(),
    fail: (error) => done.reject(error),
  }
}

/** Records with these bodies, as one batch. */
export function batchOf(bodies: readonly (string | number)[], source = SOURCE, position?: string): Batch {
  const records = bodies.map((body) => new LogRecord({ body }))
  return position === undefined ? { source, records } : { source, records, position }
}

/** An exporter that keeps what it is given. */
export interface FakeExporter {
  readonly make: (host: Host) => Exporter
  readonly bodies: unknown[]
  readonly records: LogRecord[]
  /** How often `export` was called. */
  readonly calls: number
  /** Makes every `export` wait. */
  hold(): void
  release(): void
  /** What the next calls throw, one each. */
  readonly errors: unknown[]
  close(): void
  breakDown(error: unknown): void
}

/** Makes a {@link FakeExporter}. */
export function fakeExporter(overrides: Partial<Exporter> = {}): FakeExporter {
  const closed = Promise.withResolvers<void>()
  closed.promise.catch(() => {})
  const records: LogRecord[] = []
  const errors: unknown[] = []
  let calls = 0
  let gate: PromiseWithResolvers<void> | undefined
  return {
    make: () => ({
      async export(given) {
        calls++
        if (gate !== undefined) await gate.promise
        if (errors.length > 0) throw errors.shift()
        records.push(...given)
      },
      closed: closed.promise,
      ...overrides,
    }),
    get bodies() {
      return records.map((record) => record.body)
    },
    records,
    get calls() {
      return calls
    },
    hold() {
      gate ??= Promise.withResolvers()
    },
    release() {
      gate?.resolve()
      gate = undefined
    },
    errors,
    close: () => closed.resolve(),
    breakDown: (error) => closed.reject(error),
  }
}

/** One pipeline `logs` from the receiver `in` through processors to the exporter `out`. */
export function simple(
  receiver: FakeReceiver,
  exporter: FakeExporter,
  processors: Record<string, Processor | ((host: Host) => Processor)> = {},
): Parts {
  return {
    receivers: { in: receiver.make },
    processors: Object.fromEntries(
      Object.entries(processors).map(([id, one]) => [id, typeof one === 'function' ? one : () => one]),
    ),
    exporters: { out: exporter.make },
    pipelines: { logs: { receivers: ['in'], processors: Object.keys(processors), exporters: ['out'] } },
  }
}

/** Passes everything on. */
export const pass = (more: Partial<Processor> = {}): Processor => ({
  process: (batch) => batch.records,
  ...more,
})

/** What was logged. */
export interface MemoryLog {
  readonly logger: Logger
  readonly lines: { level: string; fields: Record<string, unknown>; message: string }[]
}

export function memoryLog(): MemoryLog {
  const lines: MemoryLog['lines'] = []
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, fields: { ...fields }, message })
  return { lines, logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } }
}

/** Lets everything run that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
}

/** A component that tells a list when it starts and stops. */
export function telling(events: string[], name: string): { start(): void; stop(): void } {
  return {
    start: () => void events.push(`start ${name}`),
    stop: () => void events.push(`stop ${name}`),
  }
}

/** The state of a promise after {@link settle}. */
export async function stateOf(promise: Promise<unknown>): Promise<'waiting' | 'resolved' | 'rejected'> {
  let state: 'waiting' | 'resolved' | 'rejected' = 'waiting'
  promise.then(
    () => {
      state = 'resolved'
    },
    () => {
      state = 'rejected'
    },
  )
  await settle()
  return state
}

/** How an exporter is sent to, as a configuration says it. */
export function sending(options: object): SendingConfig {
  return sendingSchemaOf({ defaults: { timeout: 0 } }).parse(options)
}
