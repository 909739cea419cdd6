import type { Report } from './diagnostics.ts'
import { type Entry, nameOfKind, type Tree } from './tree.ts'

/**
 * YAML's merge key: `<<: *base` gives what the map itself does not have; of several, the first that has it.
 *
 * @param entries the map's own, which are added to
 */
export function mergeKeys(entries: Map<string, Entry>, merged: readonly Entry[], report: Report): void {
  for (const { keyPlace, value } of merged) {
    const bases: readonly Tree[] = value.kind === 'list' ? value.items : [value]
    for (const base of bases) {
      if (base.kind === 'map') {
        for (const [key, entry] of base.entries) if (!entries.has(key)) entries.set(key, entry)
      } else if (base.kind === 'list' || base.failed !== true) {
        const message = `"<<" wants a map or a list of maps to merge, got ${nameOfKind(base)}`
        report({ code: 'wrong_value', place: keyPlace, message })
      }
    }
  }
}
