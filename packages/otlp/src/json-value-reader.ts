import type { AnyValue, Attributes } from '@lacuna/sdk'
import type { Doubles } from './doubles.ts'
import { doubleOf, int64Of } from './json-numbers.ts'
import { asObject, type JsonObject, listField, textField } from './json-text.ts'
import type { Budget } from './limits.ts'
import { isWireInteger } from './numbers.ts'
import { step } from './pointer.ts'
import { setKey } from './set-key.ts'
import { WireError } from './wire-error.ts'

/** Both alphabets, as proto3's JSON takes them. */
const BASE64 = /^[\w+/-]*={0,2}$/

/** A value out of the JSON form of `AnyValue`. Its `doubles` are noted under `pointer` and below. */
export function jsonAnyValue(
  json: unknown,
  budget: Budget,
  depth: number,
  doubles: Doubles,
  pointer: string,
): AnyValue {
  budget.value()
  if (json === undefined || json === null) return null
  const value = asObject(json, 'a value')
  if (isThere(value.stringValue)) return textField(value, 'stringValue')
  if (isThere(value.boolValue)) return boolOf(value.boolValue)
  if (isThere(value.intValue)) return int64Of(value.intValue, 'intValue')
  if (isThere(value.doubleValue)) {
    const double = doubleOf(value.doubleValue, 'doubleValue')
    if (isWireInteger(double)) {
      budget.mark()
      doubles.add(pointer)
    }
    return double
  }
  if (isThere(value.arrayValue)) {
    return jsonList(asObject(value.arrayValue, 'arrayValue'), budget, depth + 1, doubles, pointer)
  }
  if (isThere(value.kvlistValue)) {
    budget.level(depth + 1)
    const kvlist = asObject(value.kvlistValue, 'kvlistValue')
    return jsonKeyValues(listField(kvlist, 'values'), budget, depth + 1, doubles, pointer)
  }
  if (isThere(value.bytesValue)) return bytesOf(value.bytesValue)
  return null
}

/** A list of `KeyValue`, as attributes and maps are written. */
export function jsonKeyValues(
  list: readonly unknown[],
  budget: Budget,
  depth: number,
  doubles: Doubles,
  pointer: string,
): Attributes {
  const map: Attributes = {}
  for (const item of list) {
    const pair = asObject(item, 'an attribute')
    const key = textField(pair, 'key')
    setKey(map, key, jsonAnyValue(pair.value, budget, depth, doubles, step(pointer, key)))
  }
  return map
}

function jsonList(
  json: JsonObject,
  budget: Budget,
  depth: number,
  doubles: Doubles,
  pointer: string,
): AnyValue[] {
  budget.level(depth)
  const list: AnyValue[] = []
  for (const item of listField(json, 'values')) {
    list.push(jsonAnyValue(item, budget, depth, doubles, step(pointer, list.length)))
  }
  return list
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null
}

function boolOf(value: unknown): boolean {
  if (typeof value === 'boolean') return value
  throw new WireError('boolValue must be true or false')
}

function bytesOf(value: unknown): Uint8Array {
  if (typeof value === 'string' && BASE64.test(value)) return new Uint8Array(Buffer.from(value, 'base64'))
  throw new WireError('bytesValue must be base64')
}
