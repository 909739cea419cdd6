import type { Clock, Exporter, Logger } from '@lacuna/sdk'
import { LogRecord } from '@lacuna/sdk'
import { manualClock, type TestHost, testHost } from '@lacuna/sdk/testing'
import { otlpConfig } from './config.ts'
import { createOtlpExporter } from './otlp-exporter.ts'

/** What no output may ever hold. */
export const SECRET = 'Bearer s3cr3t-t0ken-of-the-test'

export const never = new AbortController().signal

export const records = (count: number) =>
  Array.from(
    { length: count },
    (_, index) => new LogRecord({ body: `record ${index}`, attributes: { index } }),
  )

/** An exporter out of a configuration, started, with a look at what it told. */
export async function startExporter(config: object, options: { clock?: Clock } = {}) {
  const logged: string[] = []
  const log = (fields: object, message: string) => void logged.push(`${JSON.stringify(fields)} ${message}`)
  const logger: Logger = { debug: log, info: log, warn: log, error: log }
  const host: TestHost = { ...testHost({ id: 'otlp/test', clock: options.clock ?? manualClock() }), logger }
  const exporter: Exporter = createOtlpExporter(otlpConfig.parse(config), host)
  await exporter.start?.()
  return { exporter, host, logged }
}

/** The error in which an export ends. */
export async function failure(exporter: Exporter, signal = never): Promise<Error & { retryAfter?: number }> {
  try {
    await exporter.export(records(3), signal)
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('the export did not fail')
}
