import type { AnyValue } from '@lacuna/sdk'
import { isInt64, isWireInteger } from './numbers.ts'

/** What stands in the place of a list or map that lies deeper than `MAX_DEPTH`. */
export const TOO_DEEP = '[deeper than 64 levels]'

/** How a number or bigint goes out: as an integer, as a double, or, where neither holds it, as its digits. */
export type NumberForm = 'int' | 'double' | 'digits'

/**
 * A number is an integer where it is one, unless it is marked; a bigint is one unless 64 bits are too few. Its digits
 * are then kept as text, since a double would lose them.
 */
export function numberForm(value: number | bigint, marked: boolean): NumberForm {
  if (typeof value === 'bigint') return isInt64(value) ? 'int' : 'digits'
  return !marked && isWireInteger(value) ? 'int' : 'double'
}

/** Whether a value is one of OTLP's. What is none (a function, a date, out of a plugin) goes out as empty. */
export function isMap(value: AnyValue): value is { [key: string]: AnyValue } {
  return typeof value === 'object' && value !== null
}

const HEX = /^[\da-f]+$/i

/** An id as OTLP takes it; empty for one that is none, which would have the whole request refused. */
export function wireId(id: string, digits: number): string {
  return id.length === digits && HEX.test(id) ? id : ''
}

/** A severity as OTLP takes it, 0 where there is none. */
export function wireSeverity(severity: number | undefined): number {
  return severity === undefined ? 0 : severity | 0
}
