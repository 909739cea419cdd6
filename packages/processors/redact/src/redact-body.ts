import type { AnyValue } from '@lacuna/sdk'
import { isContainer, setOwn } from './redact-value.ts'
import { REDACTED, type Replaced } from './replacement.ts'

/** Values that are looked for in one body, and characters of all of them: beyond that the body goes as a whole. */
const MAX_VALUES = 1000
const MAX_CHARACTERS = 64 * 1024
/** A text this short is replaced only where it stands alone: `a` is in every word. */
const SHORT = 3

/**
 * A body in which none of these texts is found any more, in whatever case and also as JSON would write it. Lists and
 * maps are changed in place; their keys stay.
 */
export function redactBody(body: AnyValue | undefined, replaced: readonly Replaced[]): AnyValue | undefined {
  if (body === undefined || body === null || replaced.length === 0) return body
  const search = searchFor(replaced)
  if (search === undefined) return REDACTED
  const { pattern, replacements } = search
  if (replacements.size === 0) return body
  const clean = (value: AnyValue): AnyValue => {
    if (typeof value === 'number' || typeof value === 'bigint')
      return replacements.get(String(value).toLowerCase()) ?? value
    if (typeof value !== 'string') return value
    return value.replaceAll(pattern, (found) => replacements.get(found.toLowerCase()) ?? REDACTED)
  }
  if (!isContainer(body)) return clean(body)
  const left = [body]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    for (const key of Object.keys(next)) {
      const item: AnyValue | undefined = Reflect.get(next, key)
      if (isContainer(item)) left.push(item)
      else if (item !== undefined) setOwn(next, key, clean(item))
    }
  }
  return body
}

/** One expression for all texts, all of them literal: there is nothing in it to backtrack into. */
function searchFor(replaced: readonly Replaced[]) {
  const texts = new Set<string>()
  const replacements = new Map<string, string>()
  let count = 0
  let characters = 0
  for (const [original, replacement] of replaced) {
    if (original === '' || original === replacement || texts.has(original)) continue
    count++
    for (const text of [original, JSON.stringify(original).slice(1, -1)]) {
      texts.add(text)
      replacements.set(text.toLowerCase(), replacement)
    }
    characters += original.length
    if (count > MAX_VALUES || characters > MAX_CHARACTERS) return undefined
  }
  const literals = [...texts]
    // The longest first: of two that begin alike it is the one that was meant.
    .sort((a, b) => b.length - a.length)
    .map((text) => (text.length < SHORT ? `${ALONE_BEFORE}${literal(text)}${ALONE_AFTER}` : literal(text)))
  return { pattern: new RegExp(literals.join('|'), 'giu'), replacements }
}

const ALONE_BEFORE = '(?<![\\p{L}\\p{N}])'
const ALONE_AFTER = '(?![\\p{L}\\p{N}])'

/** Every character by its number, but letters and digits, so that none has a meaning of its own. */
function literal(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`)
}
