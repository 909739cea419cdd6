import type { AnyValue } from '@lacuna/sdk'

/** A JSON object, or a map that came over OTLP. */
export type JsonMap = { [key: string]: AnyValue }

/** Whether a value is a map: no list, no bytes, no null. */
export function isMap(value: AnyValue | undefined): value is JsonMap {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  )
}

/** What is dropped wherever it stands: null, `""`, `{}` and `[]`. They say no more than a missing key does. */
export function isEmpty(value: AnyValue | undefined): value is undefined | null {
  if (value === undefined || value === null || value === '') return true
  if (typeof value !== 'object' || value instanceof Uint8Array) return false
  for (const _ in value) return false
  return true
}

/** Sets a key that a stranger chose: `__proto__` becomes a key like any other. */
export function setOwn(target: JsonMap, key: string, value: AnyValue): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
  } else {
    target[key] = value
  }
}

/** Parses JSON; `undefined` when the text is none. */
export function parseJson(text: string): AnyValue | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
