import { FAILED, USAGE } from './exit-code.ts'
import { UsageError } from './usage-error.ts'

/** What to say of an error, and how to end. */
export interface Failure {
  /** Ends with a newline. */
  readonly text: string
  readonly exitCode: number
}

/**
 * An error as an operator reads it: every mistake of a configuration as it stands, anything else as one line.
 *
 * @param debug whether to show where in the code an unexpected error comes from (`LACUNA_DEBUG`)
 * @example
 * ```ts
 * describeFailure(new LacunaError('no_input', 'no file matches *.log', { component: 'file' }), false)
 * // { text: 'lacuna: file: no file matches *.log\n', exitCode: 1 }
 * ```
 */
export function describeFailure(error: unknown, debug: boolean): Failure {
  // Known by its name: the class is in a package that `lacuna --version` has no need to load.
  if (error instanceof Error && error.name === 'ConfigError')
    return { text: `${error.message}\n`, exitCode: USAGE }
  const exitCode = error instanceof UsageError ? USAGE : FAILED
  const text = `lacuna: ${oneLine(error)}\n`
  const stack = debug && error instanceof Error && error.stack !== undefined ? `${error.stack}\n` : ''
  return { text: text + stack, exitCode }
}

/** The greatest part of a message that is shown: some hold what a stranger wrote. */
const MAX_LENGTH = 2000

/** What was thrown, on one line, without anything that could act on a terminal. */
function oneLine(error: unknown): string {
  let message: string
  try {
    message = error instanceof Error ? error.message || error.name : String(error)
  } catch {
    return 'an error that cannot be shown'
  }
  const cut = message.length > MAX_LENGTH ? `${message.slice(0, MAX_LENGTH)}…` : message
  return cut
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '\ufffd')
    .trim()
}
