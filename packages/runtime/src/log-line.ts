import { escapeText } from './pipeline/error-text.ts'

/** The levels of a log line, least first. */
export const LEVELS = ['debug', 'info', 'warn', 'error'] as const

/** How much an operator should mind. */
export type Level = (typeof LEVELS)[number]

const LABELS: Readonly<Record<Level, string>> = {
  debug: 'DEBUG',
  info: 'INFO ',
  warn: 'WARN ',
  error: 'ERROR',
}
/** Grey, green, yellow, red. */
const COLOURS: Readonly<Record<Level, number>> = { debug: 90, info: 32, warn: 33, error: 31 }
const MAX_MESSAGE = 1000
const MAX_FIELDS = 1000

/**
 * A log line for a person: time of day in UTC, level, component, sentence, and the other fields. Whatever could
 * act on a terminal is escaped, and every part is bounded.
 *
 * @example
 * ```ts
 * logLine('warn', { component: 'file', times: 2 }, 'no file matches', new Date(0), false)
 * // '00:00:00 WARN  file: no file matches (times=2)\n'
 * ```
 */
export function logLine(level: Level, fields: object, message: string, time: Date, colour: boolean): string {
  const label = colour ? `\u001b[${COLOURS[level]}m${LABELS[level]}\u001b[0m` : LABELS[level]
  let component = ''
  const rest: string[] = []
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'component' && typeof value === 'string') component = `${escapeText(value)}: `
    // The sentence has it already.
    else if (name !== 'error' || typeof value !== 'string' || !message.includes(value))
      rest.push(`${escapeText(name)}=${show(value)}`)
  }
  const more = rest.length === 0 ? '' : ` (${escapeText(rest.join(', '), MAX_FIELDS)})`
  const at = time.toISOString().slice(11, 19)
  return `${at} ${label} ${component}${escapeText(message, MAX_MESSAGE)}${more}\n`
}

function show(value: unknown): string {
  if (value instanceof Error) return escapeText(value.message)
  if (typeof value !== 'object' || value === null) return escapeText(String(value))
  try {
    return escapeText(JSON.stringify(value) ?? '')
  } catch {
    return '[cannot be shown]'
  }
}
