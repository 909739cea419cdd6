import type { AnyValue } from '@lacuna/sdk'
import { isMap } from './json.ts'

/** OTLP's integers have 64 bits; what does not fit is no integer for us. */
const INT64_MAX = 2n ** 63n - 1n
const INT64_MIN = -(2n ** 63n)
/** At most 19 digits: a longer one cannot fit, and a very long one would be slow to read. */
const INTEGER = /^-?\d{1,19}$/

/** Whether a bigint can be sent as an OTLP integer. */
export function fitsInt64(value: bigint): boolean {
  return value <= INT64_MAX && value >= INT64_MIN
}

/** The integer that `text` writes: a number up to 2^53, beyond it a bigint. `undefined` when it is none. */
export function exactInteger(text: string): number | bigint | undefined {
  if (!INTEGER.test(text)) return undefined
  const value = Number(text)
  if (Number.isSafeInteger(value)) return value + 0
  const exact = BigInt(text)
  return fitsInt64(exact) ? exact : undefined
}

type SourceReviver = (key: string, value: AnyValue, context: { source?: string }) => AnyValue

const reviveIntegers: SourceReviver = (_key, value, context) => {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || context.source === undefined) return value
  return exactInteger(context.source) ?? value
}

/**
 * Parses JSON with integers beyond 2^53 as bigints. Some five times slower than `JSON.parse`, so it runs only
 * when someone asks for such a value. `undefined` when the text is no JSON, or nested too deep to be walked.
 */
export function parseExact(text: string): AnyValue | undefined {
  try {
    return JSON.parse(text, reviveIntegers as (key: string, value: unknown) => unknown)
  } catch {
    return undefined
  }
}

/** The text that a record was read from, to get at the digits that `JSON.parse` lost. */
export type Origin = string | EnvelopePart | undefined

/** An envelope's text, shared by its records; parsed exactly once, if at all. */
export class Envelope {
  readonly #text: string
  readonly #key: string | undefined
  #records: AnyValue | undefined
  #parsed = false

  /** `key` is the one that holds the records; `undefined` when the text is a bare list. */
  constructor(text: string, key: string | undefined) {
    this.#text = text
    this.#key = key
  }

  at(index: number): AnyValue | undefined {
    if (!this.#parsed) {
      const whole = parseExact(this.#text)
      this.#records = this.#key !== undefined && isMap(whole) ? whole[this.#key] : whole
      this.#parsed = true
    }
    return Array.isArray(this.#records) ? this.#records[index] : undefined
  }
}

/** The place of one record in an envelope. */
interface EnvelopePart {
  readonly envelope: Envelope
  readonly index: number
}

/** The record at `origin`, with exact integers. */
export function exactRecord(origin: Origin): AnyValue | undefined {
  if (origin === undefined) return undefined
  return typeof origin === 'string' ? parseExact(origin) : origin.envelope.at(origin.index)
}
