import { glob, realpath, stat } from 'node:fs/promises'
import { isAbsolute, matchesGlob, relative, resolve } from 'node:path'
import { codeOf, type Input, type InputFailure, reasonOf, shown } from './input.ts'

/** What the globs came to. */
export interface Found {
  /** In the order of their paths by code point; each file once, whatever number of names leads to it. */
  readonly inputs: readonly Input[]
  /** Paths that were named as they are and cannot be read. */
  readonly failures: readonly InputFailure[]
  /** Globs that match no file. */
  readonly unmatched: readonly string[]
  /** How many files matched and were left out by `exclude`. */
  readonly excluded: number
}

const STDIN = '-'
/** Other names of standard input. As files they have no path to resolve. */
const STDIN_ALIASES = new Set([STDIN, '/dev/stdin', '/dev/fd/0', '/proc/self/fd/0'])
/** Whether there is anything of a glob in a path. */
export function isGlob(path: string): boolean {
  return GLOB.test(path)
}

/** Whether a pattern names standard input. */
export function isStdin(pattern: string): boolean {
  return STDIN_ALIASES.has(pattern)
}

const GLOB = /[*?[\]{}]|[!@+]\(/

/**
 * Resolves `include` and `exclude` to files, relative to `cwd`.
 *
 * A pattern that is itself the name of something is taken by that name, so that `log[1].ndjson` can be read.
 * Never throws: what cannot be read is in {@link Found.failures}.
 */
export async function findInputs(
  include: readonly string[],
  exclude: readonly string[],
  cwd: string,
): Promise<Found> {
  const failures = new Map<string, InputFailure>()
  const unmatched: string[] = []
  const literal = new Set<string>()
  const matched = new Set<string>()
  let stdin = false

  for (const pattern of include) {
    if (isStdin(pattern)) {
      stdin = true
      continue
    }
    const path = resolve(cwd, pattern)
    const error = await stat(path).then(
      () => undefined,
      (cause: unknown) => cause,
    )
    if (error === undefined) literal.add(path)
    else if (!isGlob(pattern))
      failures.set(path, { path, reason: reasonOf(error), missing: codeOf(error) === 'ENOENT', cause: error })
    else {
      let any = false
      for await (const match of glob(pattern, { cwd })) {
        matched.add(resolve(cwd, match))
        any = true
      }
      if (!any) unmatched.push(pattern)
    }
  }

  const inputs: Input[] = stdin ? [{ path: STDIN, kind: 'stdin' }] : []
  const seen = new Set<string>()
  let excluded = 0
  for (const path of [...new Set([...literal, ...matched])].sort(byCodePoint)) {
    if (matchesAny(path, exclude, cwd)) {
      excluded++
      continue
    }
    const input = await lookAt(path)
    if ('reason' in input) {
      if (input.isDirectory !== true || literal.has(path)) failures.set(path, input)
      continue
    }
    // What has no real path, such as a pipe under /dev/fd, is known by its name alone.
    const real = await realpath(path).catch(() => path)
    if (seen.has(real)) continue
    seen.add(real)
    inputs.push(input)
  }
  return { inputs, failures: [...failures.values()], unmatched, excluded }
}

async function lookAt(path: string): Promise<Input | (InputFailure & { isDirectory?: boolean })> {
  try {
    const found = await stat(path, { bigint: true })
    if (found.isFile()) return { path, kind: 'file', size: Number(found.size), stamp: found }
    if (found.isFIFO()) return { path, kind: 'pipe' }
    if (found.isDirectory())
      return {
        path,
        reason: `it is a directory; to read what is in it, include ${shown(path)}/*`,
        isDirectory: true,
      }
    // A device such as /dev/null is read as it comes; a terminal is refused when it is opened.
    if (found.isCharacterDevice()) return { path, kind: 'file' }
    return { path, reason: `it is a ${found.isSocket() ? 'socket' : 'block device'}, not a file` }
  } catch (error) {
    return {
      path,
      reason: codeOf(error) === 'ENOENT' ? 'it is a broken link' : reasonOf(error),
      cause: error,
    }
  }
}

/** Whether a path is, or would be, one that these patterns name. */
export function isIncluded(
  path: string,
  include: readonly string[],
  exclude: readonly string[],
  cwd: string,
): boolean {
  return matchesAny(path, include, cwd) && !matchesAny(path, exclude, cwd)
}

function matchesAny(path: string, patterns: readonly string[], cwd: string): boolean {
  for (const pattern of patterns) {
    if (resolve(cwd, pattern) === path) return true
    // A relative glob is matched against the relative path, so that a working directory whose own name
    // has a bracket in it is not taken for a glob.
    const wanted = isAbsolute(pattern) ? pattern : pattern.replace(/^(?:\.\/+)+/, '')
    if (matchesGlob(isAbsolute(pattern) ? path : relative(cwd, path), wanted)) return true
  }
  return false
}

/** By code point, which is the order of the UTF-8 bytes; `<` on strings would go by UTF-16 unit. */
export function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
