import type { AnyValue } from '@lacuna/sdk'

/**
 * Levels of lists and maps that are written. What lies deeper stands there as {@link TOO_DEEP}: a line that
 * most readers of JSON can take, and a stack that no log can end.
 */
const MAX_DEPTH = 100
const TOO_DEEP = `"[deeper than ${MAX_DEPTH} levels]"`

/**
 * A value as JSON, exactly: a bigint in all its digits, bytes in base64, NaN and the infinities as the strings
 * of their names (as OTLP's JSON has them). Maps keep the order of their keys. Well-formed whatever the text:
 * half a surrogate pair is escaped.
 */
export function jsonValue(value: AnyValue | undefined, depth = 0): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'number':
      return Number.isFinite(value) ? String(value) : `"${value}"`
    case 'boolean':
    case 'bigint':
      return String(value)
    case 'object':
      if (value === null) return 'null'
      if (value instanceof Uint8Array) return `"${base64(value)}"`
      if (depth >= MAX_DEPTH) return TOO_DEEP
      return Array.isArray(value) ? jsonList(value, depth + 1) : writeMap(value, depth + 1)
    default:
      return 'null'
  }
}

/**
 * A record's attributes as a JSON object: as {@link jsonValue}, but where Node's own writer writes the same it
 * is used, for it is three times as fast.
 */
export function jsonMap(map: { readonly [key: string]: AnyValue }): string {
  return isPlainMap(map, 1) ? JSON.stringify(map) : writeMap(map, 1)
}

/** What is `undefined` in a map is left out. */
function writeMap(map: { readonly [key: string]: AnyValue }, depth: number): string {
  let text = ''
  for (const key in map) {
    if (!Object.hasOwn(map, key)) continue
    const value = map[key]
    if (value === undefined) continue
    text += text === '' ? '{' : ','
    text += `${JSON.stringify(key)}:${jsonValue(value, depth)}`
  }
  return text === '' ? '{}' : `${text}}`
}

function jsonList(list: readonly AnyValue[], depth: number): string {
  let text = ''
  for (const value of list) {
    text += text === '' ? '[' : ','
    text += jsonValue(value, depth)
  }
  return text === '' ? '[]' : `${text}]`
}

/** Whether `JSON.stringify` writes a value just as {@link jsonValue} does. */
function isPlain(value: AnyValue | undefined, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value)
    case 'object':
      if (value === null) return true
      if (value instanceof Uint8Array || depth >= MAX_DEPTH) return false
      return Array.isArray(value) ? isPlainList(value, depth + 1) : isPlainMap(value, depth + 1)
    default:
      return false
  }
}

function isPlainMap(map: { readonly [key: string]: AnyValue }, depth: number): boolean {
  for (const key in map) if (!isPlain(map[key], depth)) return false
  return true
}

function isPlainList(list: readonly AnyValue[], depth: number): boolean {
  for (const value of list) if (!isPlain(value, depth)) return false
  return true
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
