import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Batch } from '../../batch.ts'
import { API_VERSION, defineProcessor, type Host, type ProcessorFactory } from '../../component.ts'
import type { Processor, Snapshot, SnapshotEntry } from '../../processor.ts'
import { LogRecord } from '../../record.ts'
import { failing } from './failing-checks.fixture.ts'
import { processorConformance } from './processor.ts'

const SOURCES = ['a', 'b'].map((name) => ({ id: `test:${name}`, finite: true }))

/** Six batches of three records from two sources. */
const batches = (): Batch[] =>
  Array.from({ length: 6 }, (_, index) => ({
    source: SOURCES[index % 2] ?? { id: 'none', finite: true },
    records: [1, 2, 3].map((value) => new LogRecord({ body: `${index}`, attributes: { value } })),
  }))

/** Counts records by body and tells each fourth: all that a processor can have, done right. */
function counting(_: unknown, { ledger }: Host): Processor {
  const counts = new Map<string, number>()
  const changed = new Set<string>()
  let first = true
  return {
    lookback: 1000,
    ordered: true,
    watermark: () => undefined,
    process(batch) {
      const out: LogRecord[] = []
      for (const record of batch.records) {
        const key = typeof record.body === 'string' ? record.body.slice(0, 10) : 'other'
        if (typeof record.body !== 'string') ledger.dropped('no_text', 1)
        else ledger.consumed(1)
        const count = (counts.get('all') ?? 0) + 1
        counts.set('all', count)
        changed.add('all')
        if (count % 4 === 0) out.push(new LogRecord({ eventName: 'fourth', body: key }))
      }
      ledger.created(out.length)
      return out
    },
    flush() {
      ledger.created(1)
      return [new LogRecord({ body: counts.get('all') ?? 0 })]
    },
    snapshot(): Snapshot {
      const keys = first ? [...counts.keys()] : [...changed]
      first = false
      changed.clear()
      const entries = keys.map((key): SnapshotEntry => [key, Buffer.from(String(counts.get(key)))])
      return { header: { version: 1, fingerprint: 'fourth' }, entries }
    },
    restore(_header, entries) {
      for (const [key, value] of entries) if (value) counts.set(key, Number(Buffer.from(value)))
    },
  }
}

const config = z.strictObject({ name: z.string().describe('A name.').default('x') })

const factoryOf = (create: (config: unknown, host: Host) => Processor) =>
  defineProcessor({ type: 'toy', description: 'A toy for a test.', config, create })

const failingOf = (create: (config: unknown, host: Host) => Processor) =>
  failing(processorConformance({ factory: factoryOf(create), batches }))

/** The good one with something done otherwise. */
const but = (change: (good: Processor, host: Host) => Partial<Processor>) =>
  failingOf((given, host) => {
    const good = counting(given, host)
    return { ...good, ...change(good, host) }
  })

const ACCOUNTS = [
  'accounts for every record',
  'accounts for records that are read again',
  'takes whatever a stranger writes into a record, and accounts for it',
]

describe('the conformance of processors', () => {
  it('passes one that keeps to the contract', async () => {
    expect(await failingOf(counting)).toEqual([])
  })

  it('passes one without state that passes records on, at once or later', async () => {
    expect(await failingOf(() => ({ process: (batch) => batch.records }))).toEqual([])
    expect(await failingOf(() => ({ process: async (batch) => batch.records }))).toEqual([])
  })

  it('passes one that changes records and says so', async () => {
    const change: Processor['process'] = ({ records }) => {
      for (const record of records) record.attributes.seen = true
      return records
    }
    expect(await failingOf(() => ({ mutates: true, process: change }))).toEqual([])
    expect(await failingOf(() => ({ process: change }))).toEqual(['changes no record, or says that it does'])
  })

  it('fails one that changes a value deep inside a record', async () => {
    const process: Processor['process'] = ({ records }) => {
      for (const { body } of records) if (Array.isArray(body)) body.push(1)
      return records
    }
    expect(await failingOf(() => ({ process }))).toEqual(['changes no record, or says that it does'])
  })

  it('fails one that loses records without a word', async () => {
    const names = await failingOf(() => ({ process: ({ records }) => records.slice(1) }))
    expect(names).toEqual(ACCOUNTS)
  })

  it('fails one that tells at the end what it did not count as created', async () => {
    const names = await but(() => ({ flush: () => [new LogRecord()] }))
    expect(names).toContain('accounts for every record')
    expect(names).toContain('takes an empty batch')
  })

  it('fails one that drops what is read again without a word', async () => {
    const names = await failingOf(() => ({ process: (batch) => (batch.replay ? [] : batch.records) }))
    expect(names).toEqual(['accounts for records that are read again'])
  })

  it('fails one that gives a reason in words of its own', async () => {
    const names = await failingOf((_, { ledger }) => ({
      process: ({ records }) => {
        ledger.dropped('Not Wanted!', records.length)
        return []
      },
    }))
    expect(names).toEqual([...ACCOUNTS, 'takes an empty batch'].sort(byOrder))
  })

  it('fails one that a stranger can make throw', async () => {
    const names = await failingOf(() => ({
      process({ records }) {
        for (const record of records) if (record.body === null) throw new TypeError('null')
        return records
      },
    }))
    expect(names).toEqual([
      'takes whatever a stranger writes into a record, and accounts for it',
      'changes no record, or says that it does',
    ])
  })

  it('fails one that recurses into whatever it is given', async () => {
    const depth = (value: unknown): number =>
      typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depth)) : 0
    const names = await failingOf(() => ({
      process: ({ records }) => records.filter((record) => depth(record.body) >= 0),
    }))
    expect(names).toContain('takes whatever a stranger writes into a record, and accounts for it')
  })

  it('fails one whose output depends on more than its input', async () => {
    let calls = 0
    const names = await failingOf(() => ({
      mutates: true,
      process({ records }) {
        for (const record of records) record.attributes.call = calls++
        return records
      },
    }))
    expect(names).toEqual(['gives the same output for the same input'])
  })

  it('fails one that forgets at a restart', async () => {
    expect(await but(() => ({ restore() {} }))).toEqual([RESTART])
  })

  it('fails one that leaves a change out of its snapshot', async () => {
    const names = await but((good) => {
      let taken = 0
      return {
        snapshot() {
          const snapshot = good.snapshot?.()
          taken += 1
          const header = { version: 1, fingerprint: 'fourth' }
          return taken > 1 || snapshot === undefined ? { header, entries: [] } : snapshot
        },
      }
    })
    expect(names).toEqual([RESTART])
  })

  it('fails one that saves what it cannot take back, or names its state otherwise each time', async () => {
    const { restore: _, ...half } = counting({}, HOST)
    expect(await failingOf(() => half)).toContain(
      'saves its state with both `snapshot` and `restore`, or neither',
    )
    let made = 0
    const names = await but(() => {
      const fingerprint = `run ${made++}`
      return { snapshot: () => ({ header: { version: 1, fingerprint }, entries: [] }) }
    })
    expect(names).toContain('saves its state with both `snapshot` and `restore`, or neither')
  })

  it('fails one that wants the order of time but has no watermark', async () => {
    const names = await failingOf(() => ({ ordered: true, process: ({ records }) => records }))
    expect(names).toEqual(['states a lookback and an order that the runtime can keep'])
  })

  it('fails one that cannot be stopped twice', async () => {
    const names = await failingOf(() => {
      let stopped = false
      return {
        process: ({ records }) => records,
        stop() {
          if (stopped) throw new Error('already stopped')
          stopped = true
        },
      }
    })
    expect(names).toEqual(['starts, stops, and stops again'])
  })

  it('fails one that gives what is no list of records', async () => {
    const names = await failingOf(() => ({
      process: ({ records }) => records.map((r) => ({ ...r })) as never,
    }))
    expect(names).toContain('accounts for every record')
  })
})

describe('the conformance of factories', () => {
  const good = factoryOf(() => ({ process: ({ records }) => records }))
  const failingFactory = (change: Partial<ProcessorFactory>) =>
    failing(processorConformance({ factory: { ...(good as ProcessorFactory), ...change }, batches }))

  it('fails a type that is not lower_snake_case, another API version, an empty description', async () => {
    const name = 'is a processor of the current API version with a lower_snake_case type and a description'
    expect(await failingFactory({ type: 'zeroLength' })).toEqual([name])
    expect(await failingFactory({ apiVersion: (API_VERSION + 1) as never })).toEqual([name])
    expect(await failingFactory({ description: '' })).toEqual([name])
  })

  it('fails an option without a description, however deep', async () => {
    const deep = z.strictObject({ list: z.array(z.strictObject({ inner: z.string() })).describe('A list.') })
    const factory = { ...(good as ProcessorFactory), config: deep }
    const names = await failing(processorConformance({ factory, config: { list: [] }, batches }))
    expect(names).toEqual(['describes every option'])
  })

  it('fails a schema that takes what it does not know', async () => {
    const names = await failingFactory({ config: z.object({}) })
    expect(names).toEqual(['accepts its sample configuration and refuses an unknown option'])
  })
})

const RESTART = 'goes on after a restart at any batch as if there had been none'
const HOST = { ledger: { created() {}, consumed() {}, dropped() {}, noted() {} } } as unknown as Host
const ORDER = [...ACCOUNTS.slice(0, 2), 'takes an empty batch', ...ACCOUNTS.slice(2)]
const byOrder = (a: string, b: string) => ORDER.indexOf(a) - ORDER.indexOf(b)
