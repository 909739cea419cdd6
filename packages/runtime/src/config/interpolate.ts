/** A text with references in it: `logs/${env:NAME:-x}.ndjson`. */
export type Template = readonly Part[]
type Part = string | Reference

/** `${env:NAME}`, `${env:NAME:-default}`, `${file:path}`. */
export interface Reference {
  readonly scheme: string
  readonly name: Template
  readonly fallback?: Template
  /** Where it stands in the text, from its `$` to behind its `}`. */
  readonly start: number
  readonly end: number
}

/** A text that is no template. Its range is that of the reference that is wrong. */
export class TemplateError extends Error {
  readonly start: number
  readonly end: number
  readonly suggestion: string | undefined

  constructor(message: string, start: number, end: number, suggestion?: string) {
    super(message)
    this.start = start
    this.end = end
    this.suggestion = suggestion
  }
}

/** References within references, at most. */
const MAX_DEPTH = 8

/**
 * Splits a text at its references. `$$` is one dollar sign; a dollar sign before anything else than `{` or
 * `$` is itself, so that `$ConnectionString` needs no escape.
 *
 * @throws TemplateError
 */
export function parseTemplate(text: string): Template {
  const { parts } = parseUntil(text, 0, '', 0, 0)
  return parts
}

function parseUntil(
  text: string,
  from: number,
  stops: '' | '}' | ':-}',
  opened: number,
  depth: number,
): { parts: Part[]; end: number } {
  const parts: Part[] = []
  let index = from
  let literal = from
  const flush = (end: number) => {
    if (end > literal) parts.push(text.slice(literal, end))
  }
  while (index < text.length) {
    const character = text[index]
    if (stops !== '' && character === '}') break
    if (stops === ':-}' && text.startsWith(':-', index)) break
    const next = text[index + 1]
    if (character === '$' && next === '$') {
      flush(index + 1)
      index += 2
      literal = index
    } else if (character === '$' && next === '{') {
      flush(index)
      const reference = parseReference(text, index, depth + 1)
      parts.push(reference)
      index = reference.end
      literal = index
    } else index++
  }
  if (stops !== '' && index >= text.length) {
    const hint = 'write $$ for a dollar sign'
    throw new TemplateError(`this "\${" has no "}"`, opened, text.length, hint)
  }
  flush(index)
  return { parts, end: index }
}

function parseReference(text: string, start: number, depth: number): Reference {
  if (depth > MAX_DEPTH) throw new TemplateError('references are nested too deeply', start, text.length)
  const [, scheme = '', colon = ''] =
    /^([A-Za-z_][\w]{0,255})?(:)?/.exec(text.slice(start + 2, start + 260)) ?? []
  const close = text.indexOf('}', start)
  if (colon === '' || (scheme !== 'env' && scheme !== 'file')) {
    const end = close < 0 ? text.length : close + 1
    if (close < 0) throw new TemplateError(`this "\${" has no "}"`, start, end, 'write $$ for a dollar sign')
    // What stands in the braces may be a password: only what looks like a variable's name is repeated.
    const hint =
      colon === '' && start + 2 + scheme.length === close && /^[A-Z_][A-Z0-9_]*$/.test(scheme)
        ? scheme
        : 'NAME'
    throw new TemplateError(
      `a reference is \${env:NAME} or \${file:path}`,
      start,
      end,
      `did you mean "\${env:${hint}}"? Write $$ for a dollar sign`,
    )
  }
  const name = parseUntil(text, start + 3 + scheme.length, scheme === 'env' ? ':-}' : '}', start, depth)
  if (text[name.end] === '}') return { scheme, name: name.parts, start, end: name.end + 1 }
  const fallback = parseUntil(text, name.end + 2, '}', start, depth)
  return { scheme, name: name.parts, fallback: fallback.parts, start, end: fallback.end + 1 }
}
