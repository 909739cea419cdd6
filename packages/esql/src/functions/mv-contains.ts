import { type Code, fold, truthCode } from '../compile/code.ts'
import { equals } from '../values/compare.ts'
import { isNull, type Truth } from '../values/value.ts'
import { alternativesType } from './alternatives.ts'
import type { Call, FunctionSpec } from './signature.ts'

/**
 * `MV_CONTAINS(superset, subset)`: whether every value of the second is among the values of the first. Null is a
 * multi-value of nothing, so it lies in everything and holds nothing but itself. Null only where values of
 * different types meet.
 */
export const mvContains: FunctionSpec = {
  usage: 'MV_CONTAINS(superset, subset)',
  least: 2,
  most: 2,
  compile: compileMvContains,
}

function compileMvContains<R>(call: Call<R>): Code<R> {
  alternativesType(call, [0, 1])
  const superset = call.args[0]?.evaluate
  const subset = call.args[1]?.evaluate
  if (superset === undefined || subset === undefined)
    throw new TypeError('the number of arguments has been checked')
  return fold(
    truthCode((record: R) => containsAll(valuesOf(superset(record)), valuesOf(subset(record)))),
    call.args,
  )
}

function valuesOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.filter((item) => !isNull(item))
  return isNull(value) ? [] : [value]
}

function containsAll(superset: readonly unknown[], subset: readonly unknown[]): Truth {
  let result: Truth = true
  for (const wanted of subset) {
    const found = contains(superset, wanted)
    if (found === false) return false
    if (found === null) result = null
  }
  return result
}

function contains(values: readonly unknown[], wanted: unknown): Truth {
  let result: Truth = false
  for (const value of values) {
    const equal = equals(value, wanted)
    if (equal) return true
    if (equal === null) result = null
  }
  return result
}
