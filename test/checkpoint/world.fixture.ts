import zeroLengthResponse from '@lacuna/processor-zero-length-response'
import { createPipeline, type Pipeline } from '@lacuna/runtime'
import {
  defineExporter,
  defineExtension,
  defineProcessor,
  defineReceiver,
  LogRecord,
  RetryableError,
} from '@lacuna/sdk'
import { manualClock } from '@lacuna/sdk/testing'
import { z } from 'zod'
import { type FakeStorage, fakeStorage } from '../../packages/runtime/src/checkpoint/fake-storage.fixture.ts'

/** One call as the input has it. */
export interface Call {
  readonly id: string
  /** Seconds since the beginning. */
  readonly at: number
  readonly group: string
  readonly empty: boolean
}

/** What goes in: sources that can be read again, and requests of a client that repeats what is not answered. */
export interface Input {
  readonly sources: readonly (readonly Call[])[]
  readonly requests: readonly (readonly Call[])[]
}

/** What came out, over all lives. */
interface Sink {
  /** By alert id: what it said, each time. */
  readonly alerts: Map<string, string[]>
  /** Ids of the calls that were passed on. */
  readonly calls: Set<string>
  /** Alerts that came though their acknowledgement was saved. */
  readonly again: string[]
}

export interface Lives {
  readonly sink: Sink
  readonly crashes: number
}

/** How a run is disturbed: from 0 up to, not including, 1. */
export type Random = () => number

const START = Date.UTC(2026, 0, 5)
const EPOCH = START / 1000 - 86_400
const config = z.strictObject({})
const description = 'For a test.'
const pause = () => new Promise(setImmediate)

function recordOf(call: Call): LogRecord {
  return new LogRecord({
    hrTime: [EPOCH + call.at, 0],
    body: call.id,
    attributes: {
      'azure.resource.name': call.group,
      'azure.open_ai.correlation_id': call.id,
      'azure.open_ai.category': 'RequestResponse',
      'azure.open_ai.operation_name': 'ChatCompletions_Create',
      'azure.open_ai.result_signature': '200',
      'azure.open_ai.properties.response_length': call.empty ? 0 : 17,
    },
  })
}

/** Lives through the whole input, killed wherever `kill` says so, and tells what came out. */
export async function live(input: Input, random: Random, kill: (place: string) => boolean): Promise<Lives> {
  const sink: Sink = { alerts: new Map(), calls: new Set(), again: [] }
  let storage = fakeStorage(1000)
  /** The client's own memory: how many of its requests have been answered. */
  const client = { answered: 0 }
  let crashes = 0
  for (;;) {
    const over = await oneLife(input, storage, sink, client, random, kill)
    if (over) return { sink, crashes }
    crashes++
    storage = storage.crash()
  }
}

/** Whether it came to its natural end. */
async function oneLife(
  input: Input,
  storage: FakeStorage,
  sink: Sink,
  client: { answered: number },
  random: Random,
  kill: (place: string) => boolean,
): Promise<boolean> {
  const clock = manualClock(START)
  let dead = false
  let read = false
  const die = (place: string) => {
    if (!dead && kill(place)) {
      dead = true
      storage.crash()
    }
    return dead
  }
  const never = () => new Promise<never>(() => {})

  storage.onCommit = (write, answer, refuse) => {
    if (die('before a commit')) return
    if (random() < 0.1) return refuse(new Error('no space left on device'))
    write()
    if (die('after a commit')) return
    if (random() < 0.3) setImmediate(answer)
    else answer()
  }

  const receivers = {
    readable: defineReceiver({
      type: 'readable',
      description,
      config,
      create(_, host) {
        const sources = input.sources.map((calls, index) => ({
          source: { id: `readable:${index}`, finite: true },
          calls,
          next: 0,
        }))
        const done = Promise.withResolvers<void>()
        const earliest = () =>
          sources
            .filter(({ calls, next }) => next < calls.length)
            .sort((a, b) => (a.calls[a.next]?.at ?? 0) - (b.calls[b.next]?.at ?? 0))
        async function run() {
          for (;;) {
            const [one, other] = earliest()
            if (one === undefined || dead) break
            const until = other?.calls[other.next]?.at ?? Number.POSITIVE_INFINITY
            const records: LogRecord[] = []
            const most = 1 + Math.floor(random() * 6)
            do {
              const call = one.calls[one.next++]
              if (call !== undefined) records.push(recordOf(call))
            } while (records.length < most && (one.calls[one.next]?.at ?? Number.POSITIVE_INFINITY) < until)
            await host.consume({ source: one.source, records, position: String(one.next) })
            if (random() < 0.5) await pause()
            if (die('between two batches')) return
          }
          if (dead) return
          for (const { source } of sources) host.sourceClosed(source, 'ended')
          read = true
          done.resolve()
        }
        return {
          done: done.promise,
          start() {
            for (const each of sources) {
              each.next = Number(host.positions.get(each.source.id) ?? 0)
              host.sourceOpened(each.source)
            }
            // What waits when it is killed is refused.
            run().catch(() => {})
          },
          stop() {},
        }
      },
    }),
    pushed: defineReceiver({
      type: 'pushed',
      description,
      config,
      create: (_, host) => ({
        start() {
          const source = { id: 'pushed', finite: false }
          host.sourceOpened(source)
          void (async () => {
            for (let request = input.requests[client.answered]; request !== undefined && !dead; ) {
              try {
                await host.consume({ source, records: request.map(recordOf) })
                if (dead) return
                client.answered++
              } catch {
                await pause()
              }
              if (die('after an answer')) return
              request = input.requests[client.answered]
            }
          })()
        },
        stop() {},
      }),
    }),
  }

  const processors = {
    zero_length_response: zeroLengthResponse,
    tag: defineProcessor({
      type: 'tag',
      description,
      config,
      create: () => ({
        mutates: true,
        process(batch) {
          // To be tagged twice would show in the alerts: another group.
          for (const record of batch.records)
            record.attributes['azure.resource.name'] =
              `tagged ${String(record.attributes['azure.resource.name'])}`
          return batch.records
        },
      }),
    }),
    slow: defineProcessor({
      type: 'slow',
      description,
      config,
      create: () => ({
        process(batch) {
          if (random() < 0.5) return batch.records
          return (async () => {
            for (let turns = random() * 4; turns > 0; turns--) await pause()
            return batch.records
          })()
        },
      }),
    }),
  }

  const exporter = defineExporter({
    type: 'sink',
    description,
    config: z.strictObject({}),
    create: (_, host) => ({
      async export(records) {
        for (let turns = random() * 4; turns > 0; turns--) await pause()
        if (dead) return never()
        if (random() < 0.1) throw new RetryableError('not now')
        for (const record of records) take(sink, storage, host.id, record)
        if (die('between delivery and acknowledgement')) return never()
        if (random() < 0.05) throw new RetryableError('accepted, and then an error')
        if (random() < 0.5) await pause()
        if (dead) return never()
      },
    }),
  })

  const extension = defineExtension({
    type: 'storage',
    description,
    config,
    create: () => ({ storage }),
  })

  const detector = (id: string, emit: string) => ({
    threshold: 3,
    window: { type: 'sliding', size: '60s' },
    update_interval: '20s',
    max_out_of_orderness: '10s',
    idle_timeout: '24h',
    emit,
    rule: { id },
  })
  const pipeline: Pipeline = await createPipeline(
    {
      receivers: { readable: {}, pushed: {} },
      processors: {
        'zero_length_response/a': detector('a', 'alerts'),
        'zero_length_response/b': detector('b', 'all'),
        'zero_length_response/c': detector('c', 'alerts'),
        tag: {},
        slow: {},
      },
      exporters: {
        'sink/one': { retry_on_failure: { max_elapsed_time: '0s' }, timeout: '0s' },
        'sink/two': {
          retry_on_failure: { max_elapsed_time: '0s' },
          timeout: '0s',
          sending_queue: { max_records: 8 },
          batch: { max_records: 5 },
        },
      },
      extensions: { storage: {} },
      service: {
        extensions: ['storage'],
        pipelines: {
          'logs/a': {
            receivers: ['readable'],
            processors: ['zero_length_response/a'],
            exporters: ['sink/one'],
          },
          'logs/b': {
            receivers: ['readable'],
            processors: ['tag', 'slow', 'zero_length_response/b'],
            exporters: ['sink/one', 'sink/two'],
          },
          'logs/c': {
            receivers: ['pushed'],
            processors: ['zero_length_response/c'],
            exporters: ['sink/two'],
          },
        },
      },
    },
    {
      clock,
      random,
      components: {
        receivers,
        processors,
        exporters: { sink: exporter },
        extensions: { storage: extension },
      },
    },
  )
  const started = pipeline.start()
  let ending: Promise<void> | undefined
  let over = false
  for (let turn = 0; !dead && !over; turn++) {
    if (turn > 100_000) throw new Error('it does not come to an end')
    await pause()
    clock.advance(Math.floor(random() * 400))
    die('at any moment')
    if (read && client.answered === input.requests.length)
      ending ??= started.then(async () => {
        await pipeline.stop({ deadline: 1e9 })
        over = true
      })
  }
  if (dead) {
    // What hangs on it is let go of; nothing of it is heard any more.
    void pipeline.stop({ deadline: 0 })
    await pause()
    clock.advance(5000)
    return false
  }
  await ending
  return true
}

function take(sink: Sink, storage: FakeStorage, exporter: string, record: LogRecord): void {
  const id = record.get('lacuna.alert.id')
  if (typeof id !== 'string') {
    sink.calls.add(`${exporter} ${String(record.body)}`)
    return
  }
  const key = `${exporter} ${id}`
  if (storage.durable.get(`delivered/${exporter}`)?.has(id)) sink.again.push(key)
  const said = JSON.stringify([record.hrTime, record.body, record.attributes])
  sink.alerts.set(key, [...(sink.alerts.get(key) ?? []), said])
}
