import { compileCondition } from '@lacuna/esql'
import type { LogRecord } from '@lacuna/sdk'
import { fieldReader, toMillis } from '@lacuna/sdk'
import type { ZeroLengthResponseConfig } from './config.ts'

/** Finds the place of the first exception that takes a match out; -1 when none does. */
export function exceptionFinder(
  exceptions: ZeroLengthResponseConfig['exceptions'],
): (record: LogRecord) => number {
  const compiled = exceptions.map(({ where, expires }) => ({
    condition: compileCondition(where, fieldReader),
    expires: expires === undefined ? Number.POSITIVE_INFINITY : Date.parse(expires),
  }))
  return (record) =>
    compiled.findIndex(
      ({ condition, expires }) => toMillis(record.hrTime) < expires && condition.test(record),
    )
}
