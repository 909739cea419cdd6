import { isAlias, isMap, isScalar, type Pair, type ParsedNode } from 'yaml'
import type { Report } from './diagnostics.ts'
import { positionOf } from './excerpt.ts'
import { mergeKeys } from './merge-keys.ts'
import type { Place, Source } from './source.ts'
import type { Entry, Tree } from './tree.ts'
import { quote } from './visible.ts'
import { MAX_DEPTH } from './yaml-tokens.ts'

/** Values that aliases may add to a file. A configuration repeats itself a little; a bomb, exponentially. */
const MAX_ALIASED = 10_000

interface Anchored {
  readonly tree: Tree
  readonly count: number
  readonly depth: number
}

interface Context {
  readonly source: Source
  readonly offset: number
  readonly report: Report
  /** What each anchor stands for; `undefined` while its own value is being read. */
  readonly anchors: Map<string, Anchored | undefined>
  aliased: number
}

/** A parsed YAML value as a tree. An alias shares the tree of its anchor. */
export function toTree(
  node: ParsedNode,
  source: Source,
  offset: number,
  report: Report,
  ownKey: Place,
): Tree {
  return convert(node, { source, offset, report, anchors: new Map(), aliased: 0 }, ownKey, 0)
}

function convert(node: ParsedNode | null, context: Context, ownKey: Place, depth: number): Tree {
  if (node === null) return { kind: 'scalar', value: null, place: ownKey, bare: true }
  if (isAlias(node)) return resolve(node.source, context, placeOf(node.range, context), depth)
  const { anchor } = node
  if (anchor === undefined) return convertValue(node, context, ownKey, depth)
  context.anchors.set(anchor, undefined)
  const tree = convertValue(node, context, ownKey, depth)
  context.anchors.set(anchor, { tree, ...measure(tree) })
  return tree
}

function convertValue(
  node: Exclude<ParsedNode, { type?: 'ALIAS' }>,
  context: Context,
  ownKey: Place,
  depth: number,
): Tree {
  const place = placeOf(node.range, context)
  if (isScalar(node)) {
    const { value, source } = node
    if (value === null && source === '') return { kind: 'scalar', value, place: ownKey, bare: true }
    // Core YAML has no other scalars than these.
    const known = value === null || typeof value === 'number' || typeof value === 'boolean'
    return { kind: 'scalar', value: known ? value : String(value), place }
  }
  if (isMap(node)) return convertMap(node.items, context, place, depth)
  const items: Tree[] = []
  for (const item of 'items' in node ? node.items : [])
    items.push(convert(item as ParsedNode, context, place, depth + 1))
  return { kind: 'list', items, place }
}

function convertMap(
  pairs: readonly Pair<ParsedNode, ParsedNode | null>[],
  context: Context,
  place: Place,
  depth: number,
): Tree {
  const entries = new Map<string, Entry>()
  const merged: Entry[] = []
  const repeated: Entry[] = []
  for (const { key, value } of pairs) {
    const keyPlace = placeOf(key.range, context)
    const name = nameOf(key)
    const refusal = name === undefined ? 'a key must be text' : refuse(name)
    if (name === undefined || refusal !== undefined) {
      context.report({ code: 'syntax', place: keyPlace, message: refusal ?? '' })
      continue
    }
    const entry: Entry = { key: name, keyPlace, value: convert(value, context, keyPlace, depth + 1) }
    const first = entries.get(name)
    if (name === '<<' && isScalar(key) && key.type === 'PLAIN') merged.push(entry)
    else if (first === undefined) entries.set(name, entry)
    else {
      repeated.push(entry)
      const { line } = positionOf(context.source, first.keyPlace.start)
      const message = `duplicate key ${quote(name)}: it stands in line ${line} already`
      context.report({ code: 'duplicate', place: keyPlace, message })
    }
  }
  mergeKeys(entries, merged, context.report)
  return { kind: 'map', entries, shadowed: [...merged, ...repeated], place }
}

/** Why a key is refused wherever it stands. `__proto__` would be read as an object's prototype further on. */
export function refuse(key: string): string | undefined {
  return key === '__proto__' ? `the key "__proto__" cannot be used` : undefined
}

function nameOf(key: ParsedNode): string | undefined {
  if (!isScalar(key)) return undefined
  const name = key.type === 'PLAIN' ? key.source : key.value
  return name === undefined || name === null || name === '' ? undefined : String(name)
}

function resolve(anchor: string, context: Context, place: Place, depth: number): Tree {
  const anchored = context.anchors.get(anchor)
  const fail = (message: string, suggestion?: string): Tree => {
    context.report({ code: 'reference', place, message, suggestion })
    return { kind: 'scalar', value: null, place, failed: true }
  }
  if (anchored === undefined) {
    // The name is not told: a password that begins with * would be taken for one.
    if (context.anchors.has(anchor)) return fail('this alias stands within what it stands for')
    return fail(
      'no anchor of this name comes before',
      'put the value in quotes if it is text that begins with *',
    )
  }
  context.aliased += anchored.count
  if (context.aliased > MAX_ALIASED) {
    // Told once: from here on every alias is too much.
    if (context.aliased - anchored.count > MAX_ALIASED)
      return { kind: 'scalar', value: null, place, failed: true }
    return fail(`aliases repeat more than ${MAX_ALIASED} values`)
  }
  if (depth + anchored.depth > MAX_DEPTH) return fail(`this alias nests deeper than ${MAX_DEPTH} levels`)
  return anchored.tree
}

function measure(tree: Tree): { count: number; depth: number } {
  const children = childrenOf(tree)
  let count = 1
  let depth = 0
  for (const child of children) {
    const inner = measure(child)
    count += inner.count
    depth = Math.max(depth, inner.depth + 1)
  }
  return { count, depth }
}

function childrenOf(tree: Tree): readonly Tree[] {
  if (tree.kind === 'scalar') return []
  return tree.kind === 'list' ? tree.items : [...tree.entries.values()].map((entry) => entry.value)
}

function placeOf(range: readonly [number, number, number], { source, offset }: Context): Place {
  return { source, start: offset + range[0], end: offset + range[1] }
}
