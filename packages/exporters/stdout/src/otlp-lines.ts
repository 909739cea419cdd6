import { encodeLogsJson } from '@lacuna/otlp'
import type { LogRecord } from '@lacuna/sdk'
import { PartialError } from '@lacuna/sdk'
import type { LineOutput } from './line-output.ts'
import { escapeUnsafe } from './unsafe-text.ts'

/**
 * Writes a batch as one line, an `ExportLogsServiceRequest` in OTLP's JSON. Only a batch that no string can hold
 * becomes several; throws a `PartialError` for records that are by themselves too large.
 */
export async function writeOtlpLines(
  records: readonly LogRecord[],
  signal: AbortSignal,
  output: LineOutput,
  component: string,
): Promise<void> {
  const refused: number[] = []
  for (const line of otlpLines(records, 0, records.length, refused)) await output.write(`${line}\n`, signal)
  if (refused.length > 0) {
    throw new PartialError(`${refused.length} records are too large for a line of text`, refused, {
      component,
    })
  }
}

/** The lines for the records from `start` to `end`, each made only when the one before has been written. */
function* otlpLines(
  records: readonly LogRecord[],
  start: number,
  end: number,
  refused: number[],
): Generator<string> {
  if (start === end) return
  const line = otlpLine(records.slice(start, end))
  if (line !== undefined) yield line
  else if (end - start === 1) refused.push(start)
  else {
    const middle = (start + end) >>> 1
    yield* otlpLines(records, start, middle, refused)
    yield* otlpLines(records, middle, end, refused)
  }
}

/** `undefined` for what no string can hold: it has at most 2^29 characters. */
function otlpLine(records: readonly LogRecord[]): string | undefined {
  try {
    return escapeUnsafe(encodeLogsJson(records))
  } catch {
    return undefined
  }
}
