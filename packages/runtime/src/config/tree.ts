import type { Place } from './source.ts'

/** A value of the configuration that knows where it was written. Never changed once built. */
export type Tree = ScalarNode | MapNode | ListNode

export interface ScalarNode {
  readonly kind: 'scalar'
  readonly value: string | number | boolean | null
  readonly place: Place
  /** `key:` with nothing behind it. Its place is the key's. */
  readonly bare?: boolean
  /** What came from the environment or a file. It may also be read as a number or a boolean; it is never shown. */
  readonly substituted?: readonly string[]
  /** An error about it has been told already. */
  readonly failed?: boolean
}

export interface MapNode {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<string, Entry>
  /** What was written and does not count: repeated keys, merge keys. It may hold secrets all the same. */
  readonly shadowed?: readonly Entry[]
  readonly place: Place
}

interface ListNode {
  readonly kind: 'list'
  readonly items: readonly Tree[]
  readonly place: Place
}

export interface Entry {
  readonly key: string
  readonly keyPlace: Place
  readonly value: Tree
}

export type Path = readonly PropertyKey[]

/** A step into a tree; `undefined` where there is nothing. */
export function child(tree: Tree | undefined, key: PropertyKey): Tree | undefined {
  if (tree?.kind === 'map') return tree.entries.get(String(key))?.value
  if (tree?.kind === 'list') return tree.items[Number(key)]
  return undefined
}

/** The tree at a path; `undefined` where there is nothing. */
export function locate(tree: Tree, path: Path): Tree | undefined {
  let at: Tree | undefined = tree
  for (const key of path) at = child(at, key)
  return at
}

/**
 * Where an error about a path is shown: a scalar itself, for more than that its key; for what is missing the
 * key of what it is missing from.
 *
 * @param ownKey the key that holds `tree`
 */
export function placeAt(tree: Tree, path: Path, ownKey: Place): Place {
  let at: Tree = tree
  let place = tree.kind === 'scalar' ? tree.place : ownKey
  for (const key of path) {
    const next = child(at, key)
    if (next === undefined) return at.kind === 'scalar' ? at.place : place
    const keyPlace = at.kind === 'map' ? at.entries.get(String(key))?.keyPlace : undefined
    place = next.kind === 'scalar' ? next.place : (keyPlace ?? next.place)
    at = next
  }
  return place
}

/** The value alone. Holds no `__proto__`: what builds trees refuses that key. */
export function toPlain(tree: Tree): unknown {
  if (tree.kind === 'scalar') return tree.value
  if (tree.kind === 'list') return tree.items.map(toPlain)
  const plain: Record<string, unknown> = {}
  for (const { key, value } of tree.entries.values()) plain[key] = toPlain(value)
  return plain
}

/** Every scalar in a tree. */
export function* scalars(tree: Tree): Iterable<ScalarNode> {
  if (tree.kind === 'scalar') yield tree
  else if (tree.kind === 'list') for (const item of tree.items) yield* scalars(item)
  else for (const entry of tree.entries.values()) yield* scalars(entry.value)
}

/** What a tree is, in an operator's words. */
export function nameOfKind(tree: Tree): string {
  if (tree.kind === 'map') return 'a map'
  if (tree.kind === 'list') return 'a list'
  if (tree.value === null) return 'nothing'
  if (typeof tree.value === 'boolean') return 'a boolean'
  return typeof tree.value === 'number' ? 'a number' : 'a string'
}

/** `window.size`, `exceptions[0].name` */
export function label(path: Path): string {
  let text = ''
  for (const key of path)
    text += typeof key === 'number' ? `[${key}]` : `${text === '' ? '' : '.'}${String(key)}`
  return text
}

/** Whether an error about the value has been told. */
export function isFailed(tree: Tree): boolean {
  return tree.kind === 'scalar' && tree.failed === true
}

/** `key:` or `key: null`. */
export function isNothing(tree: Tree): boolean {
  return tree.kind === 'scalar' && tree.value === null && tree.failed !== true
}
