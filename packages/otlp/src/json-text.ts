import { isUtf8 } from 'node:buffer'
import { prepareJson } from './json-scan.ts'
import { WireError } from './wire-error.ts'

/** An object as `JSON.parse` makes it. */
export type JsonObject = { readonly [key: string]: unknown }

/**
 * The object that a JSON text holds. An integer that a double cannot hold comes as its digits in a string, which is
 * what the protocol has for it.
 *
 * Throws a {@link WireError} for what is no UTF-8, no JSON, no object, or has too many values.
 */
export function parseJson(input: string | Uint8Array): JsonObject {
  const text = prepareJson(typeof input === 'string' ? input : decodeText(input))
  let value: unknown
  try {
    value = JSON.parse(text)
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
