import { LacunaError } from '@lacuna/sdk'

/** Characters of a stranger's text that one line may carry. */
const MAX_LENGTH = 300
/** What moves the cursor, ends a line, or turns the direction of reading: C0, C1, separators, bidi marks. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/** Text on one line, with whatever could act on a terminal written as an escape, cut to `limit` characters. */
export function escapeText(text: string, limit = MAX_LENGTH): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text
  return cut
    .toWellFormed()
    .replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/**
 * What an error says, for a log line: whatever was thrown, and whatever a stranger's record put into its
 * message.
 */
export function errorText(error: unknown): string {
  try {
    return escapeText(error instanceof Error ? error.message || error.name : String(error))
  } catch {
    return 'an error that cannot be shown'
  }
}

/** Codes of what an exporter throws on purpose; a plugin may have brought a copy of `sdk` of its own. */
const OWN_CODES: readonly unknown[] = ['permanent', 'retryable', 'partial']

/**
 * What of an error may leave over the network: what was written for people and holds no secret, as the messages of
 * our own errors do. Any other message (of a library, say, with a URL in it) stays in the log.
 */
export function shownText(error: unknown): string {
  const own = error instanceof LacunaError || (error instanceof Error && OWN_CODES.includes(codeOf(error)))
  return own ? errorText(error) : 'an unexpected error, which the log has'
}

function codeOf(error: Error): unknown {
  return 'code' in error ? error.code : undefined
}

/** An error as a `LacunaError` with the component's id in front. */
export function asLacunaError(error: unknown, component: string, code: string): LacunaError {
  if (error instanceof LacunaError) {
    if (error.component === component) return error
    return new LacunaError(error.code, error.message, { component, cause: error })
  }
  return new LacunaError(code, errorText(error), { component, cause: error })
}
