import type { Report } from './diagnostics.ts'
import type { Entry, Tree } from './tree.ts'

/**
 * A configuration with a later one laid over it: maps merge, everything else is replaced, and a bare `key:`
 * counts as `{}`, so that it takes nothing from a map. An explicit `null` replaces.
 */
export function merge(base: Tree | undefined, over: Tree, report: Report): Tree {
  if (base?.kind === 'map') {
    if (over.kind === 'scalar' && over.bare === true) return base
    if (over.kind === 'map') {
      const entries = new Map<string, Entry>(base.entries)
      for (const [key, entry] of over.entries)
        entries.set(key, { ...entry, value: merge(base.entries.get(key)?.value, entry.value, report) })
      return { ...over, entries }
    }
  }
  if (base?.kind === 'list' && over.kind === 'map' && over.place.source.kind === 'set') {
    const message = '--set cannot reach into a list'
    report({
      code: 'wrong_value',
      place: over.place,
      message,
      suggestion: 'set the whole list: --set key=[a, b]',
    })
    return { kind: 'scalar', value: null, place: over.place, failed: true }
  }
  return over
}
