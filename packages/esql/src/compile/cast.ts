import type { CastType } from '../syntax/ast.ts'
import { formatDatetime } from '../values/datetime.ts'
import { conversions } from './cast-value.ts'
import { type Code, mapCode } from './code.ts'
import type { Kind } from './static-type.ts'

/** What each type can be made of. */
export const castableFrom: Readonly<Record<CastType, readonly Kind[]>> = {
  integer: ['number', 'string', 'boolean', 'datetime'],
  long: ['number', 'string', 'boolean', 'datetime'],
  double: ['number', 'string', 'boolean', 'datetime'],
  string: ['number', 'string', 'boolean', 'ip', 'datetime'],
  boolean: ['number', 'string', 'boolean'],
  ip: ['string', 'ip'],
  datetime: ['number', 'string', 'datetime'],
}

/** `a::type`: null for what cannot be converted; each value of a multi-value on its own. */
export function cast<R>(operand: Code<R>, type: CastType): Code<R> {
  const isFormat = type === 'string' && operand.type === 'datetime'
  return mapCode(operand, type, eachValue(isFormat ? datetimeToText : conversions[type]))
}

/** Applies a function to a single value, or to every value of a list, leaving out those it makes null. */
export function eachValue(convert: (value: unknown) => unknown): (value: unknown) => unknown {
  return (value) => {
    if (!Array.isArray(value)) return convert(value)
    const converted = value.map(convert).filter((item) => item !== null)
    return converted.length === 0 ? null : converted
  }
}

function datetimeToText(value: unknown): unknown {
  return typeof value === 'number' ? formatDatetime(value) : conversions.string(value)
}
