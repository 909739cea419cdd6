import type { Exporter, Host, LogRecord } from '@lacuna/sdk'
import { PartialError, PermanentError } from '@lacuna/sdk'
import type { StdoutConfig } from './config.ts'
import { jsonLine } from './json-line.ts'
import { type LineOutput, lineOutput, type Output } from './line-output.ts'
import { prettyFormat } from './pretty/format.ts'

/** Characters that are gathered before they are written: enough to make a write cheap, and a bound. */
const CHUNK = 64 * 1024

/**
 * Makes a `stdout` exporter that writes to `stream`.
 *
 * `export` resolves when the system has taken the text, and waits as long as that takes: a slow reader pushes
 * back to the source. It throws a `PermanentError` once nobody reads (then `closed` resolves too), a
 * `PartialError` for records that came after that or are too large for one string, and a `RetryableError` when
 * the signal ends the wait.
 *
 * @example
 * ```ts
 * const exporter = createStdoutExporter({ format: 'json' }, testHost(), process.stdout)
 * ```
 */
export function createStdoutExporter(config: StdoutConfig, host: Host, stream: Output): Exporter {
  const output = lineOutput(stream, host.id)
  const name = config.format ?? (stream.isTTY ? 'pretty' : 'json')
  const format = name === 'pretty' ? prettyFormat(stream) : jsonLine
  return {
    closed: output.closed,
    async export(records, signal) {
      if (name !== 'otlp_json') return writeRecords(records, signal, format, output, host.id)
      // Loaded only where it is asked for: the other formats start without it.
      const { writeOtlpLines } = await import('./otlp-lines.ts')
      return writeOtlpLines(records, signal, output, host.id)
    },
    stop: () => output.release(),
  }
}

async function writeRecords(
  records: readonly LogRecord[],
  signal: AbortSignal,
  format: (record: LogRecord) => string,
  output: LineOutput,
  component: string,
): Promise<void> {
  let refused: number[] = []
  let chunk = ''
  let chunkStart = 0
  for (let index = 0; index < records.length; index++) {
    const record = records[index]
    if (record === undefined) continue
    const line = lineOf(record, format)
    if (line === undefined) refused.push(index)
    else chunk += `${line}\n`
    if (chunk.length < CHUNK && index < records.length - 1) continue
    try {
      if (chunk !== '') await output.write(chunk, signal)
    } catch (error) {
      if (!(error instanceof PermanentError) || chunkStart === 0) throw error
      refused = refused.filter((before) => before < chunkStart)
      for (let rest = chunkStart; rest < records.length; rest++) refused.push(rest)
      throw new PartialError('standard output ended before these records', refused, { component })
    }
    chunk = ''
    chunkStart = index + 1
  }
  if (refused.length > 0) {
    throw new PartialError(`${refused.length} records are too large for a line of text`, refused, {
      component,
    })
  }
}

/** `undefined` for a record that no line can hold: a string has at most 2^29 characters. */
function lineOf(record: LogRecord, format: (record: LogRecord) => string): string | undefined {
  try {
    return format(record)
  } catch {
    return undefined
  }
}
