/** A half-open range of a text, in UTF-16 code units. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** One text that a part of the configuration came from. */
export interface Source {
  /** What an error about it begins with: a path as the operator gave it, or `--set a.b`. */
  readonly name: string
  readonly kind: 'yaml' | 'set' | 'object'
  readonly text: string
  /** What the plugins named in it are relative to. */
  readonly directory: string
  /** What an error must never show. Filled in once the schemas are known. */
  readonly secrets: Range[]
  /** Whether it is no YAML, so that only the names of keys can say what is a secret. */
  broken: boolean
}

/** A range of a source, or a path into an object that has no text. */
export interface Place extends Range {
  readonly source: Source
  /** `receivers.file.include`, where the source is an object. */
  readonly path?: string
}

export function newSource(kind: Source['kind'], name: string, text: string, directory: string): Source {
  return { kind, name, text, directory, secrets: [], broken: false }
}

/** The beginning of a source: for what is wrong with it as a whole. */
export function beginning(source: Source): Place {
  return { source, start: 0, end: 0 }
}

/**
 * Where a part of a scalar's value stands in its source, as nearly as escapes and folded lines let us say.
 *
 * @param index first character of the part, in the value
 */
export function placeWithin(place: Place, value: string, index: number, length: number): Place {
  const raw = place.source.text.slice(place.start, place.end)
  const part = value.slice(index, index + length)
  // Behind an escape a part is found by its own text, where that is long enough to be it.
  const near = part.length > 3 && raw.includes(part) ? raw.indexOf(part) : undefined
  const at = offsetIn(raw, value, index) ?? near
  return at === undefined ? place : { ...place, start: place.start + at, end: place.start + at + length }
}

/** Line by line, as a block scalar has an indentation before each that its value has not. */
function offsetIn(raw: string, value: string, index: number): number | undefined {
  const whole = raw.indexOf(value)
  if (whole >= 0) return whole + index
  let lineStart = 0
  let from = 0
  for (const line of value.split('\n')) {
    const at = raw.indexOf(line, from)
    if (at < 0) return undefined
    if (index <= lineStart + line.length) return at + index - lineStart
    lineStart += line.length + 1
    from = at + line.length
  }
  return undefined
}
