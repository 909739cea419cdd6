import { createRequire } from 'node:module'
import type { Logger } from '@lacuna/sdk'
import { LEVELS, type Level, logLine } from './log-line.ts'

/** How to log. */
export interface LoggerOptions {
  /** The least level that is written; `silent` writes nothing. Default `info`. */
  readonly level?: Level | 'silent'
  /** Lines for a person, or JSON. By default lines where standard error is a terminal. */
  readonly format?: 'line' | 'json'
  /** Where text goes, one line a call. By default standard error. */
  readonly write?: (text: string) => void
  /** Whether lines are coloured. By default on a terminal, unless `NO_COLOR` is set. */
  readonly colour?: boolean
}

/**
 * Makes Lacuna's own logger: short lines on a terminal, pino's JSON anywhere else, on standard error. A reader
 * that goes away ends no process.
 *
 * @example
 * ```ts
 * const logger = createLogger({ level: 'warn' })
 * logger.warn({ component: 'file' }, 'no file matches')
 * ```
 */
export function createLogger(options: LoggerOptions = {}): Logger {
  const { level = 'info' } = options
  const format = options.format ?? (process.stderr.isTTY ? 'line' : 'json')
  return format === 'line' ? lineLogger(level, options) : jsonLogger(level, options)
}

function lineLogger(level: Level | 'silent', options: LoggerOptions): Logger {
  const colour = options.colour ?? (process.stderr.isTTY === true && !process.env.NO_COLOR)
  const write = options.write ?? writeError()
  const least = level === 'silent' ? LEVELS.length : LEVELS.indexOf(level)
  const at = (own: Level) => {
    if (LEVELS.indexOf(own) < least) return () => {}
    return (fields: object, message: string) => write(logLine(own, fields, message, new Date(), colour))
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** Loads pino with the first line: most short runs have nothing to say, and it costs as much as Node's start. */
function jsonLogger(level: Level | 'silent', options: LoggerOptions): Logger {
  let loaded: Logger | undefined
  const least = level === 'silent' ? LEVELS.length : LEVELS.indexOf(level)
  const at = (own: Level) => {
    if (LEVELS.indexOf(own) < least) return () => {}
    return (fields: object, message: string) => {
      loaded ??= loadPino(level, options.write)
      loaded[own](fields, message)
    }
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

type Pino = typeof import('pino')

function loadPino(level: string, write: ((text: string) => void) | undefined): Logger {
  const formatters = { level: (label: string) => ({ level: label }) }
  // A synchronous load keeps the first line in its place. The types of pino hold for `require`, too.
  const pino = createRequire(import.meta.url)('pino') as Pino
  const settings = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters }
  if (write !== undefined) return pino.pino(settings, { write })
  const destination = pino.destination({ dest: 2, sync: true })
  destination.on('error', () => {})
  return pino.pino(settings, destination)
}

function writeError(): (text: string) => void {
  // Without a listener a closed standard error would end the process.
  process.stderr.on('error', () => {})
  return (text) => void process.stderr.write(text)
}
