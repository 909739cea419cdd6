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

/**
 * Parses JSON; `undefined` when the text is none.
 *
 * A text that is none costs some twenty times as much as one that is, nearly all of it the error that nobody
 * looks at: what is torn is seen beforehand, and no stack is taken. So a log full of it does not slow a pipeline
 * down to a tenth.
 */
export function parseJson(text: string): AnyValue | undefined {
  if (isTorn(text)) return undefined
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  } finally {
    Error.stackTraceLimit = limit
  }
}

const SPACE = 0x20
const BRACKET = 0x5b
const BRACE = 0x7b

/** Whether a text begins as a map or list and does not end as one. The two ends are two apart in ASCII. */
function isTorn(text: string): boolean {
  const first = text.charCodeAt(0)
  if (first !== BRACE && first !== BRACKET) return false
  const last = text.charCodeAt(text.length - 1)
  return last > SPACE && last !== first + 2
}
