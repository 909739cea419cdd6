import assert from 'node:assert/strict'
import type { ExporterFactory, Host } from '../../component.ts'
import { LacunaError, PartialError } from '../../errors.ts'
import type { Exporter } from '../../exporter.ts'
import type { LogRecord } from '../../record.ts'
import { testHost } from '../test-host.ts'
import { type Check, within } from './check.ts'
import { describeRecord } from './describe-record.ts'
import { factoryChecks, parseConfig } from './factory-checks.ts'
import { hostileRecords } from './hostile-records.ts'
import { lifecycleChecks } from './lifecycle-checks.ts'

/** What {@link exporterConformance} needs of an exporter's package. */
export interface ExporterConformance {
  readonly factory: ExporterFactory
  /** A configuration as it stands in a file; what it needs (a server to send to) must be there. */
  readonly config?: unknown
  /** Makes the exporter in another way than by the factory: with a stream or a transport of the test. */
  readonly create?: (host: Host) => Exporter | Promise<Exporter>
  /** Records that it delivers, made afresh. */
  readonly records: () => LogRecord[]
  /** How many records have arrived at the other side since the exporter was made, where the test can know. */
  readonly delivered?: () => number | Promise<number>
}

/**
 * What every exporter keeps to, as a list of checks.
 *
 * @example
 * ```ts
 * for (const check of exporterConformance({ factory, records: sample })) it(check.name, check.run)
 * ```
 */
export function exporterConformance(options: ExporterConformance): Check[] {
  const { factory } = options
  const config = () => options.config ?? {}
  const make = async () => {
    const host = testHost({ id: factory.type })
    return options.create
      ? options.create(host)
      : factory.create(parseConfig(factory, config()) as never, host)
  }
  /** Starts an exporter, hands it to `use`, and stops it whatever happened. */
  const using = async (use: (exporter: Exporter) => Promise<void>) => {
    const exporter = await make()
    await within(exporter.start?.(), 'start')
    try {
      await use(exporter)
    } finally {
      await within(exporter.stop?.(), 'stop')
    }
  }
  // Async, so that what is thrown at once and what is thrown later come the same way.
  const send = async (exporter: Exporter, records: LogRecord[], signal = new AbortController().signal) =>
    within(exporter.export(records, signal), 'export')

  return [
    ...factoryChecks(factory, 'exporter', config),
    ...lifecycleChecks(make),
    {
      name: 'takes an empty list',
      run: () => using((exporter) => send(exporter, [])),
    },
    {
      name: 'delivers every record before it says so',
      run: () =>
        using(async (exporter) => {
          const records = options.records()
          assert.ok(records.length > 0, 'the sample holds no records')
          await send(exporter, records)
          if (options.delivered) assert.equal(await options.delivered(), records.length, 'records delivered')
        }),
    },
    {
      name: 'delivers or refuses by index whatever a stranger writes into a record',
      run: () =>
        using(async (exporter) => {
          const records = hostileRecords()
          await send(exporter, records).catch((error: unknown) => refusedByIndex(error, records.length))
          // What comes after it is delivered as ever.
          await send(exporter, options.records())
        }),
    },
    {
      name: 'does not change the records',
      run: () =>
        using(async (exporter) => {
          const records = [...options.records(), ...hostileRecords()]
          const before = records.map(describeRecord)
          await send(exporter, records).catch(() => {})
          records.forEach((record, index) => {
            assert.ok(describeRecord(record) === before[index], `record ${index} was changed by the export`)
          })
        }),
    },
    {
      name: 'comes to an end when the signal is already given',
      run: () =>
        using(async (exporter) => {
          await send(exporter, options.records(), AbortSignal.abort()).catch((error: unknown) => {
            assert.ok(error instanceof LacunaError, `an abort must end in a LacunaError, not in ${error}`)
          })
        }),
    },
  ]
}

function refusedByIndex(error: unknown, count: number): void {
  assert.ok(
    error instanceof PartialError,
    `hostile records must end in a PartialError at most, not in ${error}`,
  )
  const { failed } = error
  const valid = failed.every((index) => Number.isInteger(index) && index >= 0 && index < count)
  assert.ok(valid, 'failed must hold indexes of the list that was handed over')
  assert.equal(new Set(failed).size, failed.length, 'failed names a record twice')
}
