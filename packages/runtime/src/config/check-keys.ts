import type { Report } from './diagnostics.ts'
import { didYouMean } from './issue-problems.ts'
import { nearest } from './nearest.ts'
import type { Place } from './source.ts'
import { isFailed, isNothing, type MapNode, nameOfKind } from './tree.ts'
import { quote } from './visible.ts'

/** Reports other keys than the known ones; gives those that they probably mean. */
export function onlyKeys(
  tree: MapNode,
  known: readonly string[],
  where: string,
  report: Report,
): ReadonlySet<string | undefined> {
  const meant = new Set<string | undefined>()
  for (const { key, keyPlace } of tree.entries.values()) {
    if (known.includes(key)) continue
    const near = nearest(key, known)
    meant.add(near)
    const message = `unknown key ${quote(key)} in ${where}`
    report({
      code: 'unknown_key',
      place: keyPlace,
      message,
      suggestion: didYouMean(near, known),
    })
  }
  return meant
}

/** The map under a required key, and the place of that key. A mistyped key has been told as that. */
export function mapUnder(
  tree: MapNode,
  key: string,
  name: string,
  above: Place,
  meant: ReadonlySet<string | undefined>,
  report: Report,
): { tree: MapNode; place: Place } | undefined {
  const entry = tree.entries.get(key)
  if (entry === undefined) {
    if (meant.has(key)) return undefined
    const message = `missing key ${quote(key)}${name === key ? '' : ` in ${name.slice(0, -key.length - 1)}`}`
    report({
      code: 'missing',
      place: above,
      message,
      suggestion: 'it says which components run: service: { pipelines: ... }',
    })
    return undefined
  }
  const { value, keyPlace: place } = entry
  if (value.kind === 'map') return { tree: value, place }
  if (isNothing(value)) return { tree: { kind: 'map', entries: new Map(), place }, place }
  if (isFailed(value)) return undefined
  const at = value.kind === 'scalar' ? value.place : place
  report({
    code: 'wrong_value',
    place: at,
    message: `${quote(name)} must be a map, got ${nameOfKind(value)}`,
  })
  return undefined
}
