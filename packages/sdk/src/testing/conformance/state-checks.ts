import assert from 'node:assert/strict'
import type { Batch } from '../../batch.ts'
import type { Processor, SnapshotHeader } from '../../processor.ts'
import type { Check } from './check.ts'
import { describeRecord } from './describe-record.ts'
import { type Drive, driveProcessor } from './drive-processor.ts'
import type { Made } from './processor.ts'

/** What a storage keeps of a processor: the last header, and the entries of all snapshots together. */
interface Kept {
  header: SnapshotHeader | undefined
  readonly entries: Map<string, Uint8Array>
}

/** What a processor that saves its state keeps to. One that has none passes. */
export function stateChecks(make: () => Made, batches: () => Batch[]): Check[] {
  return [
    {
      name: 'saves its state with both `snapshot` and `restore`, or neither',
      async run() {
        const { processor } = make()
        assert.equal(
          processor.snapshot === undefined,
          processor.restore === undefined,
          'one without the other',
        )
        const [first, second] = [processor.snapshot?.().header, make().processor.snapshot?.().header]
        assert.deepEqual(first, second, 'the same configuration must give the same header')
        if (first)
          assert.ok(Number.isInteger(first.version) && first.fingerprint !== '', 'the header is empty')
        await processor.stop?.()
      },
    },
    {
      name: 'goes on after a restart at any batch as if there had been none',
      async run() {
        if (make().processor.snapshot === undefined) return
        const count = batches().length
        assert.ok(count >= 2, 'the sample needs two batches at least')
        const whole = await run(make().processor, batches(), batches())
        for (let cut = 0; cut <= count; cut++) {
          const both = await runWithRestart(make, batches, cut)
          assert.deepEqual(both, whole, `another output after a restart before batch ${cut}`)
        }
      },
    },
  ]
}

/** Runs `batches` to the end, after the sources of the whole input have been announced. */
async function run(processor: Processor, batches: Batch[], input: Batch[]): Promise<string[]> {
  const drive = await driveProcessor(processor, input)
  const out = await feed(drive, batches)
  return [...out, ...(await drive.end()).map(describeRecord)]
}

/** The same input, but after `cut` batches the processor is thrown away as by a crash and made anew. */
async function runWithRestart(make: () => Made, batches: () => Batch[], cut: number): Promise<string[]> {
  const kept: Kept = { header: undefined, entries: new Map() }
  const before = make().processor
  const drive = await driveProcessor(before, batches())
  const out: string[] = []
  // After each batch, so that what a snapshot leaves out because it has not changed is left out here.
  for (const batch of batches().slice(0, cut)) {
    out.push(...(await feed(drive, [batch])))
    keep(before, kept)
  }
  if (cut === 0) keep(before, kept)

  const after = make().processor
  if (kept.header) after.restore?.(kept.header, kept.entries)
  return [...out, ...(await run(after, batches().slice(cut), batches()))]
}

async function feed(drive: Drive, batches: Batch[]): Promise<string[]> {
  const out: string[] = []
  for (const batch of batches) out.push(...(await drive.batch(batch)).map(describeRecord))
  return out
}

function keep(processor: Processor, kept: Kept): void {
  const snapshot = processor.snapshot?.()
  if (snapshot === undefined) return
  kept.header = { ...snapshot.header }
  for (const [key, value] of snapshot.entries) {
    // Copied, as a storage does: the processor may use its buffer again.
    if (value === undefined) kept.entries.delete(key)
    else kept.entries.set(key, Uint8Array.from(value))
  }
}
