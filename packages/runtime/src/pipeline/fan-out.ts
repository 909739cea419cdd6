import type { Batch, LogRecord } from '@lacuna/sdk'
import type { Line } from './line.ts'
import type { Passage } from './passage.ts'
import { allDone, type Waiting } from './waiting.ts'

/**
 * Hands one batch to every pipeline.
 *
 * Those that change no record share the records; each of the others gets copies, unless all of them change
 * records: then the last one gets the originals. So of `n` pipelines at most `n - 1` get copies. A list is
 * nobody's but its taker's, because a processor may change the list that it is given.
 */
export function fanOut(lines: readonly Line[], batch: Batch, passage?: Passage): Waiting {
  const [only] = lines
  if (lines.length === 1 && only !== undefined) return only.consume(batch, passage)

  const sharing = lines.findLastIndex((line) => !line.mutates)
  const owner = sharing >= 0 ? sharing : lines.length - 1
  // All copies are made before anyone can change the originals.
  const batches = lines.map((line, index) => (index === owner ? batch : copyFor(line, batch)))
  passage?.given(batches)

  let waiting: Promise<void>[] | undefined
  for (const [index, line] of lines.entries()) {
    const current = line.consume(batches[index] ?? batch, passage)
    if (current === undefined) continue
    waiting ??= []
    waiting.push(current)
  }
  return allDone(waiting)
}

function copyFor(line: Line, batch: Batch): Batch {
  if (!line.mutates) return { ...batch, records: batch.records.slice() }
  const records: LogRecord[] = []
  for (const record of batch.records) {
    const copy = copyOf(record)
    if (copy !== undefined) records.push(copy)
  }
  line.refuse(batch.records.length - records.length, 'copy_error')
  return { ...batch, records }
}

/** `undefined` for what cannot be copied: a value that is nested deeper than the stack. */
function copyOf(record: LogRecord): LogRecord | undefined {
  try {
    return record.clone()
  } catch {
    return undefined
  }
}
