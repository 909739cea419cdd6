import { equals } from '../values/compare.ts'
import type { Truth } from '../values/value.ts'
import { type Code, fold, truthCode } from './code.ts'
import { alignTypes } from './comparable.ts'

/**
 * `a IN (b, c, …)`, which is `a == b OR a == c OR …`: true when one is equal, else null when one comparison is null,
 * else false. A list of literals is looked up in a set, however long it is.
 */
export function inList<R>(operand: Code<R>, items: ReadonlyArray<Code<R>>): Code<R> {
  const [value, ...others] = alignTypes([operand, ...items])
  if (value === undefined) throw new TypeError('IN has an operand')
  const code = others.every((item) => item.constant !== undefined)
    ? inSet(value, others)
    : inAny(value, others)
  return fold(code, [value, ...others])
}

function inAny<R>(operand: Code<R>, items: ReadonlyArray<Code<R>>): Code<R> {
  const { evaluate } = operand
  const readers = items.map((item) => item.evaluate)
  return truthCode((record) => {
    const value = evaluate(record)
    let result: Truth = false
    for (const read of readers) {
      const equal = equals(value, read(record))
      if (equal) return true
      if (equal === null) result = null
    }
    return result
  })
}

function inSet<R>(operand: Code<R>, items: ReadonlyArray<Code<R>>): Code<R> {
  const { evaluate } = operand
  const values = items.map((item) => item.constant?.value)
  const lookUps: Readonly<Record<string, (value: unknown) => Truth>> = {
    string: lookUp(values, 'string'),
    number: lookUp(values, 'number'),
    bigint: lookUp(values, 'number'),
    boolean: lookUp(values, 'boolean'),
  }
  return truthCode((record) => {
    const value = evaluate(record)
    return lookUps[typeof value]?.(value) ?? null
  })
}

/** What a value of one type finds: a literal of another type, or null, compares as null with it. */
function lookUp(
  values: readonly unknown[],
  type: 'string' | 'number' | 'boolean',
): (value: unknown) => Truth {
  const normal = values.map(normalise)
  const known = normal.filter(
    (value) => typeof value === type || (type === 'number' && typeof value === 'bigint'),
  )
  const found = new Set(known)
  const otherwise = known.length === values.length ? false : null
  return (value) => (found.has(normalise(value)) ? true : otherwise)
}

/** One form for each number, since a set tells 1 from 1n. */
function normalise(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : value
  }
  return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
    ? BigInt(value)
    : value
}
