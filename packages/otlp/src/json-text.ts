import { isUtf8 } from 'node:buffer'
import { MAX_VALUES } from './limits.ts'
import { WireError } from './wire-error.ts'

/** An object as `JSON.parse` makes it. */
export type JsonObject = { readonly [key: string]: unknown }

/** Shorter text than this cannot become more than some tens of MiB. */
const SMALL = 2 ** 20

/** An integer of 16 digits or more that is a key's value. False alarms, in text, only cost time. */
const LONG_INTEGER = /:\s{0,64}-?\d{16}/

/** Digits of the longest 64-bit integer, with its sign. */
const LONGEST = 20

/**
 * The object that a JSON text holds. An integer that a double cannot hold becomes a bigint.
 *
 * Throws a {@link WireError} for what is no UTF-8, no JSON, no object, or has too many values.
 */
export function parseJson(input: string | Uint8Array): JsonObject {
  const text = typeof input === 'string' ? input : decodeText(input)
  if (text.length > SMALL) countValues(text)
  let value: unknown
  try {
    value = LONG_INTEGER.test(text) ? JSON.parse(text, exactInteger as never) : JSON.parse(text)
  } catch {
    // Node's own message quotes the text.
    throw new WireError('the body is not JSON')
  }
  return asObject(value, 'the body')
}

function decodeText(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw new WireError('the body is not UTF-8')
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

/** A reviver that looks at the digits, which the number has lost. */
function exactInteger(_key: string, value: unknown, context: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  const { source } = context
  if (source === undefined || source.length > LONGEST || !/^-?\d+$/.test(source)) return value
  return BigInt(source)
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const OPEN_LIST = 0x5b
const OPEN_MAP = 0x7b

/** `[[],[],...` becomes thirty times its size: so what is large is counted before it is parsed. */
function countValues(text: string): void {
  let count = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) at = endOfString(text, at)
    else if (code === COMMA || code === OPEN_LIST || code === OPEN_MAP) count++
  }
  // A value of OTLP is an object or two with a key or two.
  if (count > 4 * MAX_VALUES) {
    throw new WireError(`a request may hold at most ${MAX_VALUES} values: send them in smaller batches`)
  }
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) return at
    if (code === BACKSLASH) at++
  }
  return text.length
}

export function asObject(value: unknown, what: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw new WireError(`${what} must be an object`)
}

/** A field that holds an object; `undefined` where it is missing or null, which proto3's JSON takes as missing. */
export function objectField(of: JsonObject, name: string): JsonObject | undefined {
  const value = of[name]
  return value === undefined || value === null ? undefined : asObject(value, name)
}

/** A field that holds a list; empty where it is missing or null. */
export function listField(of: JsonObject, name: string): readonly unknown[] {
  const value = of[name]
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value
  throw new WireError(`${name} must be a list`)
}

/** A field that holds text; empty where it is missing or null. */
export function textField(of: JsonObject, name: string): string {
  const value = of[name]
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  throw new WireError(`${name} must be a string`)
}
