import assert from 'node:assert/strict'
import type { Batch, Source } from '../../batch.ts'
import type { Processor } from '../../processor.ts'
import { LogRecord } from '../../record.ts'
import type { HrTime } from '../../time.ts'
import { within } from './check.ts'

/** Runs a processor as the runtime does, with a clock that stands still. */
export interface Drive {
  /** Hands on a batch. Returns what came out. */
  batch(batch: Batch): Promise<LogRecord[]>
  /** The end of the input: sources close, windows are flushed, the processor stops. Returns what came out. */
  end(): Promise<LogRecord[]>
}

/** The wall clock of every tick: far from today, so that one who reads the machine's own clock stands out. */
const NOW: HrTime = [1_767_225_600, 0]

/** Starts a processor, announces all sources of the input, and ticks once. */
export async function driveProcessor(processor: Processor, input: readonly Batch[]): Promise<Drive> {
  const sources = new Map<string, Source>()
  for (const { source } of input) sources.set(source.id, source)
  await within(processor.start?.(), 'start')
  for (const source of sources.values()) processor.sourceOpened?.(source)
  // What the first tick gives comes out with the first batch.
  let early = processor.tick?.({ now: NOW, elapsed: 0 }) ?? []

  return {
    async batch(batch) {
      const out = [...early, ...checkedList(await within(processor.process(batch), 'process'))]
      early = []
      return out
    },
    async end() {
      const out = [...early]
      for (const source of sources.values()) out.push(...(processor.sourceClosed?.(source, 'ended') ?? []))
      out.push(...(processor.flush?.() ?? []))
      await within(processor.stop?.(), 'stop')
      return out
    },
  }
}

function checkedList(records: LogRecord[]): LogRecord[] {
  assert.ok(Array.isArray(records), 'process must give a list')
  assert.ok(
    records.every((record) => record instanceof LogRecord),
    'process gave what is no LogRecord',
  )
  return records
}
