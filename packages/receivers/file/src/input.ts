import { LacunaError } from '@lacuna/sdk'
import type { FileStamp } from './track.ts'

/** How the bytes of an input are got at. */
type InputKind = 'file' | 'pipe' | 'stdin'

/** One file to read, as it was found at start. */
export interface Input {
  /** The absolute path, or `-` for standard input. */
  readonly path: string
  readonly kind: InputKind
  /** Bytes as stored; absent where it cannot be known before the end. */
  readonly size?: number
  /** Which file it is, where it is one that can be read again from where a reading ended. */
  readonly stamp?: FileStamp
}

/** A file that could not be read, or not to its end, and a short reason without the path. */
export interface InputFailure {
  readonly path: string
  readonly reason: string
  /** True when there is nothing of this name. */
  readonly missing?: boolean
  readonly cause?: unknown
}

/** What a reader throws when its file is at fault; its message is the reason alone. */
export class InputError extends Error {
  /** The ledger's note for it. */
  readonly note: string

  constructor(note: string, reason: string, cause?: unknown) {
    super(reason, { cause })
    this.name = 'InputError'
    this.note = note
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOENT: 'no such file',
  ENOTDIR: 'a part of its path is not a directory',
  EISDIR: 'it is a directory',
  ELOOP: 'its symbolic links go in a circle',
  ENAMETOOLONG: 'its name is too long',
  EMFILE: 'this process has too many open files (see ulimit -n)',
  ENFILE: 'this machine has too many open files',
  EIO: 'the device failed to read it',
  ESTALE: 'the network file system lost it',
}

/** The reason in a system error, for a person. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = codeOf(error)
  return (code !== undefined && REASONS[code]) || error.message
}

/** The code of a system error (`ENOENT`), if it has one. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** A path as it may stand in a one-line message: a name with control characters or line ends is quoted. */
export function shown(path: string): string {
  if (path === '-') return 'standard input'
  return /[\p{Cc}\p{Cf}\u2028\u2029]/u.test(path)
    ? JSON.stringify(path).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, escaped)
    : path
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
}

const NAMED = 5

/**
 * What `start` or `done` rejects with when files could not be read. One file is named with its reason, of
 * more the first five.
 */
export function unreadable(component: string, failures: readonly InputFailure[], of: number): LacunaError {
  const named = failures.slice(0, NAMED).map((failure) => `${shown(failure.path)} (${failure.reason})`)
  const rest = failures.length - named.length
  const [only] = failures
  const message =
    only !== undefined && failures.length === 1
      ? `cannot read ${shown(only.path)}: ${only.reason}`
      : `cannot read ${failures.length} of ${of} files: ${named.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
  return new LacunaError('unreadable_input', message, { component, cause: only?.cause })
}
