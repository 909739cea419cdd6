import { z } from 'zod'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const DURATION = /^(?:\d{1,12}(?:ms|s|m|h|d))+$/
const SIZES: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
}
const SIZE = /^(\d{1,15}(?:\.\d{1,3})?) ?(B|KiB|MiB|GiB|KB|MB|GB)$/

/**
 * Milliseconds of a duration such as `90s`, `60m` or `1h30m`; `undefined` when it is none.
 *
 * @example
 * ```ts
 * parseDuration('1h30m') // 5_400_000
 * ```
 */
export function parseDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined
  let total = 0
  for (const [, digits, unit] of text.matchAll(/(\d+)(ms|s|m|h|d)/g))
    total += Number(digits) * (UNITS[unit ?? ''] ?? 0)
  return Number.isSafeInteger(total) ? total : undefined
}

/** Milliseconds as the shortest duration: 5,400,000 is `1h30m`. */
export function formatDuration(millis: number): string {
  let rest = millis
  let text = ''
  for (const [unit, size] of Object.entries(UNITS).reverse()) {
    const count = Math.floor(rest / size)
    if (count > 0) text += `${count}${unit}`
    rest -= count * size
  }
  return text === '' ? '0s' : text
}

/** A field that takes a duration (`90s`, `60m`, `1h30m`) and gives whole milliseconds. */
export function duration() {
  return z
    .string()
    .transform((text, context) => {
      const millis = parseDuration(text)
      if (millis !== undefined) return millis
      context.addIssue({ code: 'custom', message: 'expected a duration such as 90s, 60m or 1h30m' })
      return z.NEVER
    })
    .meta({ format: 'duration' })
}

/** A field that takes a size (`64KiB`, `1MiB`, or a number of bytes) and gives whole bytes. */
export function size() {
  return z
    .union([z.string(), z.number().int().nonnegative()])
    .transform((value, context) => {
      if (typeof value === 'number') return value
      const [, digits, unit] = SIZE.exec(value) ?? []
      const bytes = unit === undefined ? Number.NaN : Math.floor(Number(digits) * (SIZES[unit] ?? 0))
      if (Number.isSafeInteger(bytes)) return bytes
      context.addIssue({
        code: 'custom',
        message: 'expected a size such as 64KiB or 1MiB, or a number of bytes',
      })
      return z.NEVER
    })
    .meta({ format: 'size' })
}

/**
 * A secret of the configuration. It prints as `[redacted]` wherever it is printed; only
 * {@link Secret.reveal} gives the text.
 */
export class Secret {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  reveal(): string {
    return this.#text
  }

  toString(): string {
    return '[redacted]'
  }

  toJSON(): string {
    return '[redacted]'
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[redacted]'
  }
}

/** A field that holds a secret: never in a log, an error or a printed configuration. */
export function secret() {
  return z
    .string()
    .transform((text) => new Secret(text))
    .meta({ format: 'secret' })
}
