import { MAX_VALUES, tooManyValues } from './limits.ts'
import { WireError } from './wire-error.ts'

/** Shorter text than this cannot become more than some tens of MiB, nor take long. */
const SMALL = 2 ** 20

/** An integer of 16 digits or more that is a key's value. False alarms, in text, only cost time. */
const LONG_INTEGER = /:\s{0,64}-?\d{16}/

/** Fewer digits than these are held by a double. */
const LONG = 16
/** Characters of the longest 64-bit integer, with its sign. */
const LONGEST = 20

/** Signs that part values, for each value: one of OTLP is an object or two with a key or two. */
const SIGNS_PER_VALUE = 4
/** Keys of one object. None of OTLP has twenty; a million different ones take `JSON.parse` seconds. */
const MAX_KEYS = 1000
/** Lists and objects in one another: four for each level of a value, and room for what is not known. */
const MAX_LEVELS = 1000

const BLANK = 0x20
const QUOTE = 0x22
const PLUS = 0x2b
const COMMA = 0x2c
const MINUS = 0x2d
const POINT = 0x2e
const ZERO = 0x30
const NINE = 0x39
const COLON = 0x3a
const BACKSLASH = 0x5c
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const OPEN_MAP = 0x7b
const CLOSE_MAP = 0x7d

/**
 * A JSON text as it may be given to `JSON.parse`: not more than is taken, since `[[],[],...` becomes thirty times its
 * size, and with quotes around integers that a double would round. What is no JSON stays none.
 *
 * Throws a {@link WireError}.
 */
export function prepareJson(text: string): string {
  if (text.length > SMALL) measure(text)
  return LONG_INTEGER.test(text) ? quoteLongIntegers(text) : text
}

function measure(text: string): void {
  /** Commas of each object that is open; -1 for a list. */
  const open = new Int32Array(MAX_LEVELS)
  let level = -1
  let signs = 0
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at)
        break
      case OPEN_LIST:
      case OPEN_MAP:
        signs++
        if (++level >= MAX_LEVELS) throw new WireError('the body is nested too deep')
        open[level] = text.charCodeAt(at) === OPEN_MAP ? 0 : -1
        break
      case CLOSE_LIST:
      case CLOSE_MAP:
        if (level >= 0) level--
        break
      case COMMA: {
        signs++
        const commas = open[level] ?? -1
        if (commas < 0) break
        if (commas >= MAX_KEYS) throw new WireError('an object of the body has too many keys')
        open[level] = commas + 1
      }
    }
  }
  if (signs > SIGNS_PER_VALUE * MAX_VALUES) throw tooManyValues()
}

/**
 * Puts quotes around integers of 16 digits or more. What the protocol has for them is a string; many senders write a
 * number. Asking `JSON.parse` for each number's source would take ten times as long as parsing.
 */
function quoteLongIntegers(text: string): string {
  const parts: string[] = []
  let done = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      at = endOfString(text, at)
      continue
    }
    if (code !== MINUS && !isDigit(code)) continue
    const start = at
    while (isOfNumber(text.charCodeAt(at + 1))) at++
    const length = at + 1 - start
    if (length < LONG || length > LONGEST || !isInteger(text, start, at + 1) || !isValue(text, start))
      continue
    parts.push(text.slice(done, start), '"', text.slice(start, at + 1), '"')
    done = at + 1
  }
  parts.push(text.slice(done))
  return parts.join('')
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE
}

/** Whether a character may stand inside a number: a digit, a sign, a point or an `e`. */
function isOfNumber(code: number): boolean {
  return isDigit(code) || code === POINT || code === PLUS || code === MINUS || (code | 0x20) === 0x65
}

/** Whether it is one by JSON's rules: quotes must not make a string of what is no number. */
function isInteger(text: string, start: number, end: number): boolean {
  const first = text.charCodeAt(start) === MINUS ? start + 1 : start
  if (text.charCodeAt(first) === ZERO) return false
  for (let at = first; at < end; at++) if (!isDigit(text.charCodeAt(at))) return false
  return true
}

/** Whether what begins here is the value of a key: no other is ever an integer of 64 bits. */
function isValue(text: string, start: number): boolean {
  let at = start - 1
  while (text.charCodeAt(at) <= BLANK) at--
  return text.charCodeAt(at) === COLON
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) return at
    if (code === BACKSLASH) at++
  }
  return text.length
}
