import { LacunaError } from '@lacuna/sdk'
import { excerpt, positionOf } from './excerpt.ts'
import type { Place, Source } from './source.ts'
import { visible } from './visible.ts'

/** More than this nobody reads: the rest is counted. */
const MAX_SHOWN = 100
const MAX_KEPT = 1000

/** What is wrong, before it is known what of its surroundings may be shown. */
export interface Problem {
  readonly code: ProblemCode
  readonly place: Place
  /** A sentence without a full stop. Never holds a value from the environment or of a secret. */
  readonly message: string
  readonly suggestion?: string | undefined
}

export type ProblemCode =
  /** A text that cannot be read, or is no YAML. */
  | 'unreadable'
  | 'syntax'
  | 'reference'
  | 'unknown_key'
  | 'unknown_type'
  | 'wrong_value'
  | 'plugin'
  | 'component'
  | 'duplicate'
  /** Something is not there: not told where a whole text could not be read. */
  | 'missing'
  | 'undefined_component'
  | 'unused'

export type Report = (problem: Problem) => void

/** One mistake in a configuration. */
export interface Diagnostic {
  /** For machines: `unknown_key`, `wrong_value`, ... */
  readonly code: ProblemCode
  /** `lacuna.yaml:4:5`, `--set receivers.file.include`, or a path into an object. */
  readonly where: string
  /** The file as it was named, and the position in it, both from 1. Absent for what is not from a text. */
  readonly file?: string
  readonly line?: number
  readonly column?: number
  /** What is wrong, in one sentence. */
  readonly message: string
  /** The source line and a caret below it. */
  readonly excerpt?: string
  /** What to do: `did you mean "follow"?` */
  readonly suggestion?: string
}

/**
 * A configuration that cannot run. Holds every mistake in it, not the first. The message is ready for
 * standard error: one block a mistake, each beginning with `path:line:column: ` at the start of a line.
 */
export class ConfigError extends LacunaError {
  readonly diagnostics: readonly Diagnostic[]

  constructor(diagnostics: readonly Diagnostic[]) {
    super('config', formatDiagnostics(diagnostics))
    this.name = 'ConfigError'
    this.diagnostics = diagnostics
  }

  /** All mistakes as text, without a newline at the end. */
  format(): string {
    return this.message
  }
}

/** Mistakes as an operator reads them, with an empty line between two. */
export function formatDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const blocks = diagnostics.slice(0, MAX_SHOWN).map(formatDiagnostic)
  const more = diagnostics.length - blocks.length
  if (more > 0) blocks.push(`and ${more} more`)
  return blocks.join('\n\n')
}

function formatDiagnostic(diagnostic: Diagnostic): string {
  const lines = [`${diagnostic.where}: ${diagnostic.message.replaceAll('\n', '\n  ')}`]
  if (diagnostic.excerpt !== undefined)
    lines.push(...diagnostic.excerpt.split('\n').map((line) => `  ${line}`))
  if (diagnostic.suggestion !== undefined) lines.push(diagnostic.suggestion)
  return lines.join('\n')
}

/** Problems in the order of their sources and places, each once; no more than a program could want. */
export function toDiagnostics(problems: readonly Problem[], sources: readonly Source[]): Diagnostic[] {
  const rank = new Map(sources.map((source, index) => [source, index]))
  const rankOf = ({ place }: Problem) => rank.get(place.source) ?? sources.length
  const sorted = problems.toSorted((a, b) => rankOf(a) - rankOf(b) || a.place.start - b.place.start)
  const seen = new Set<string>()
  return sorted
    .filter((problem) => {
      const text = `${rankOf(problem)} ${problem.place.start} ${problem.place.path ?? ''} ${problem.message}`
      return !seen.has(text) && seen.add(text)
    })
    .slice(0, MAX_KEPT)
    .map(toDiagnostic)
}

function toDiagnostic({ code, place, message, suggestion }: Problem): Diagnostic {
  const { source } = place
  const hint = suggestion === undefined ? {} : { suggestion }
  if (source.kind === 'object') {
    const path = place.path === undefined || place.path === '' ? '' : `.${visible(place.path)}`
    return { code, where: visible(source.name) + path, message, ...hint }
  }
  // A broken value of --set is not shown: which part of it is a secret cannot be known.
  const shown =
    source.text === '' || (source.kind === 'set' && source.broken) ? undefined : excerpt(source, place.start)
  const lines = shown === undefined ? {} : { excerpt: shown }
  if (source.kind === 'set') return { code, where: visible(source.name), message, ...lines, ...hint }
  const file = source.name
  const { line, column } = positionOf(source, place.start)
  return { code, where: `${visible(file)}:${line}:${column}`, file, line, column, message, ...lines, ...hint }
}
