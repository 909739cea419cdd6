import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Source } from '../../batch.ts'
import { defineReceiver } from '../../component.ts'
import { LacunaError, RetryableError } from '../../errors.ts'
import type { Receiver, ReceiverHost } from '../../receiver.ts'
import { LogRecord } from '../../record.ts'
import { failing } from './failing-checks.fixture.ts'
import { receiverConformance } from './receiver.ts'

const BATCHES = 4
const SOURCES: Source[] = ['a', 'b'].map((name) => ({ id: `toy:${name} 1`, finite: true }))

const config = z.strictObject({ exists: z.boolean().describe('Whether there is anything.').default(true) })

interface Habits {
  /** Offers batches without waiting for the one before. */
  hasty?: boolean
  /** Gives a refused batch up. */
  fickle?: boolean
  /** Announces sources when it thinks of it. */
  late?: boolean
  /** Leaves the sources open. */
  untidy?: boolean
  /** Does not wait on stop. */
  abrupt?: boolean
  /** Leaves the last batch out. */
  short?: boolean
  /** Throws what it was thrown. */
  raw?: boolean
}

/** Reads four batches of each of two sources, one after the other; its habits make it bad. */
function reading(habits: Habits, exists: boolean, host: ReceiverHost): Receiver {
  let stopped = false
  let reading = Promise.resolve()
  const end = Promise.withResolvers<void>()

  const hand = async (source: Source, index: number) => {
    const records = [new LogRecord({ body: `${source.id} ${index}` })]
    for (;;) {
      try {
        return await host.consume({ source, records, position: String(index).padStart(9, '0') })
      } catch (error) {
        if (!(error instanceof RetryableError)) throw error
        if (habits.fickle || stopped) return
        await new Promise<void>((resolve) => host.clock.after(5000, resolve))
      }
    }
  }
  const read = async () => {
    for (const source of SOURCES) {
      if (!habits.late) host.sourceOpened(source)
      const under: Promise<void>[] = []
      for (let index = habits.short ? 1 : 0; index < BATCHES && !stopped; index++) {
        const handed = hand(source, index)
        if (habits.hasty) under.push(handed)
        else await handed
      }
      await Promise.all(under)
      if (habits.late) host.sourceOpened(source)
      if (!habits.untidy) host.sourceClosed(source, 'ended')
    }
    end.resolve()
  }
  return {
    done: end.promise,
    start() {
      if (!exists) {
        if (habits.raw) throw new Error('ENOENT')
        throw new LacunaError('no_input', 'there is nothing to read', { component: host.id })
      }
      reading = read()
    },
    async stop() {
      stopped = true
      if (!habits.abrupt) await reading
    },
    safe() {},
  }
}

function failingOf(habits: Habits): Promise<string[]> {
  const factory = defineReceiver({
    type: 'toy',
    description: 'A toy for a test.',
    config,
    create: ({ exists }, host) => reading(habits, exists, host),
  })
  const input = () => ({ config: {}, records: BATCHES * SOURCES.length })
  return failing(receiverConformance({ factory, input, broken: { exists: false } }))
}

const ONE = 'has at most one batch of a source under way'
const WAITS = 'waits while a batch is not accepted, and goes on after'
const ORDER = 'announces a source before its first batch and closes it after its last'

describe('the conformance of receivers', () => {
  it('passes one that keeps to the contract', async () => {
    expect(await failingOf({})).toEqual([])
  })

  it('fails one that does not wait', async () => {
    const names = await failingOf({ hasty: true })
    expect(names).toContain(ONE)
    expect(names).toContain(WAITS)
  })

  it('fails one that gives up what was refused for now', async () => {
    expect(await failingOf({ fickle: true })).toEqual([
      'hands on a batch again that was refused for now, in its order',
    ])
  })

  it('fails one that announces its sources late, or leaves them open', async () => {
    expect(await failingOf({ late: true })).toContain(ORDER)
    expect(await failingOf({ untidy: true })).toEqual([ORDER])
  })

  it('fails one that stops with a batch under way', async () => {
    expect(await failingOf({ abrupt: true })).toEqual(['has nothing under way once it has stopped'])
  })

  it('fails one that leaves records out', async () => {
    expect(await failingOf({ short: true })).toContain('hands on every record')
  })

  it('fails one whose error does not say whose it is', async () => {
    expect(await failingOf({ raw: true })).toEqual([
      'says in a sentence, with its id in front, what it cannot work with',
    ])
  })

  it('sends the input to one that listens and never ends, and takes the input away after', async () => {
    let accept: ((record: LogRecord) => Promise<void>) | undefined
    let cleaned = 0
    const factory = defineReceiver({
      type: 'listener',
      description: 'Listens in a test.',
      config,
      create(_, host) {
        const source = { id: 'listener', finite: false }
        let last = Promise.resolve()
        return {
          start() {
            host.sourceOpened(source)
            accept = (record) => {
              last = last.then(() => again(host, source, record))
              return last
            }
          },
          stop: () => last,
        }
      },
    })
    const input = () => ({
      config: {},
      records: 3,
      send() {
        for (let index = 0; index < 3; index++) accept?.(new LogRecord({ body: index }))
      },
      cleanUp: () => void cleaned++,
    })
    expect(await failing(receiverConformance({ factory, input }))).toEqual([])
    expect(cleaned).toBeGreaterThan(5)
  })
})

async function again(host: ReceiverHost, source: Source, record: LogRecord): Promise<void> {
  for (;;) {
    try {
      return await host.consume({ source, records: [record] })
    } catch {
      await new Promise<void>((resolve) => host.clock.after(1000, resolve))
    }
  }
}
