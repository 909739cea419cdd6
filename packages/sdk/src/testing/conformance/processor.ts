import assert from 'node:assert/strict'
import type { Batch, Source } from '../../batch.ts'
import type { ProcessorFactory } from '../../component.ts'
import type { Processor } from '../../processor.ts'
import { type TestLedger, testHost } from '../test-host.ts'
import { type Check, within } from './check.ts'
import { describeRecord } from './describe-record.ts'
import { driveProcessor } from './drive-processor.ts'
import { factoryChecks, parseConfig } from './factory-checks.ts'
import { hostileRecords } from './hostile-records.ts'
import { lifecycleChecks } from './lifecycle-checks.ts'
import { stateChecks } from './state-checks.ts'

/** What {@link processorConformance} needs of a processor's package. */
export interface ProcessorConformance {
  readonly factory: ProcessorFactory
  /** A configuration as it stands in a file. */
  readonly config?: unknown
  /** Input that makes it do what it is for, made afresh: two batches at least, so that state can be cut. */
  readonly batches: () => Batch[]
}

/** A processor and what it told the ledger. */
export interface Made {
  readonly processor: Processor
  readonly ledger: TestLedger
}

/**
 * What every processor keeps to, as a list of checks.
 *
 * @example
 * ```ts
 * for (const check of processorConformance({ factory, batches })) it(check.name, check.run)
 * ```
 */
export function processorConformance(options: ProcessorConformance): Check[] {
  const { factory, batches } = options
  const config = () => options.config ?? {}
  const make = (): Made => {
    const host = testHost({ id: factory.type })
    const processor = factory.create(parseConfig(factory, config()) as never, host)
    return { processor, ledger: host.ledger }
  }
  return [
    ...factoryChecks(factory, 'processor', config),
    ...lifecycleChecks(() => make().processor),
    {
      name: 'states a lookback and an order that the runtime can keep',
      async run() {
        const { processor } = make()
        const { lookback = 0, ordered = false } = processor
        assert.ok(lookback >= 0 && Number.isFinite(lookback), 'lookback must be milliseconds')
        assert.ok(
          !ordered || processor.watermark,
          'a processor that wants the order of time needs `watermark`',
        )
        await processor.stop?.()
      },
    },
    { name: 'accounts for every record', run: () => accounts(make(), batches()) },
    {
      name: 'accounts for records that are read again',
      run: () => accounts(make(), [...batches().map((batch) => ({ ...batch, replay: true })), ...batches()]),
    },
    { name: 'takes an empty batch', run: () => accounts(make(), [{ source: STRANGER, records: [] }]) },
    {
      name: 'takes whatever a stranger writes into a record, and accounts for it',
      run: () => takesHostile(make()),
    },
    { name: 'changes no record, or says that it does', run: () => leavesAlone(make(), batches()) },
    { name: 'gives the same output for the same input', run: () => repeats(make, batches) },
    ...stateChecks(make, batches),
  ]
}

const STRANGER: Source = { id: 'conformance:stranger', finite: true }

/** `in + created = out + consumed + dropped`, from the first batch to the end of the input. */
async function accounts({ processor, ledger }: Made, batches: Batch[]): Promise<void> {
  const drive = await driveProcessor(processor, batches)
  let given = 0
  let out = 0
  for (const batch of batches) {
    given += batch.records.length
    out += (await drive.batch(batch)).length
  }
  out += (await drive.end()).length
  const dropped = Object.values(ledger.droppedBy).reduce((sum, count) => sum + count, 0)
  assert.equal(
    given + ledger.createdCount,
    out + ledger.consumedCount + dropped,
    `in ${given} + created ${ledger.createdCount} is not out ${out} + consumed ${ledger.consumedCount} + dropped ${dropped}`,
  )
  for (const reason of Object.keys(ledger.droppedBy)) {
    assert.match(reason, /^[a-z][a-z0-9_]*$/, 'a reason must be lower_snake_case')
  }
}

async function takesHostile(made: Made): Promise<void> {
  // One a batch, so that each is a fresh chance to throw; then all at once.
  const batches = hostileRecords().map((record) => ({ source: STRANGER, records: [record] }))
  await accounts(made, [...batches, { source: STRANGER, records: hostileRecords() }])
}

async function leavesAlone({ processor }: Made, batches: Batch[]): Promise<void> {
  const input = [...batches, { source: STRANGER, records: hostileRecords() }]
  const drive = await driveProcessor(processor, input)
  for (const batch of input) {
    // The list may be returned and changed; the records in it may not.
    const records = [...batch.records]
    const before = records.map(describeRecord)
    await drive.batch(batch)
    if (processor.mutates) continue
    records.forEach((record, index) => {
      const same = describeRecord(record) === before[index]
      assert.ok(same, `record ${index} of ${batch.source.id} was changed, but \`mutates\` is not true`)
    })
  }
  await drive.end()
}

async function repeats(make: () => Made, batches: () => Batch[]): Promise<void> {
  const run = async () => {
    const input = batches()
    const drive = await driveProcessor(make().processor, input)
    const out: string[] = []
    for (const batch of input) out.push(...(await drive.batch(batch)).map(describeRecord))
    return [...out, ...(await drive.end()).map(describeRecord)]
  }
  assert.deepEqual(await within(run(), 'the second run'), await run(), 'two runs gave different output')
}
