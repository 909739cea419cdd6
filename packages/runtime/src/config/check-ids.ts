import type { DefinedBySection } from './check-components.ts'
import type { Report } from './diagnostics.ts'
import { didYouMean } from './issue-problems.ts'
import { KINDS, type Section, withArticle } from './kinds.ts'
import { nearest } from './nearest.ts'
import { type Entry, isFailed, isNothing, nameOfKind } from './tree.ts'
import { quote } from './visible.ts'

/** The ids of a list: each defined, none twice. */
export function ids(
  entry: Entry | undefined,
  name: string,
  section: Section,
  defined: DefinedBySection,
  report: Report,
): string[] {
  if (entry === undefined || isNothing(entry.value) || isFailed(entry.value)) return []
  const { value } = entry
  if (value.kind !== 'list') {
    const one = value.kind === 'scalar' && typeof value.value === 'string' && value.substituted === undefined
    const suggestion = one ? `write it as a list: [${quote(String(value.value)).slice(1, -1)}]` : undefined
    const place = value.kind === 'scalar' ? value.place : entry.keyPlace
    report({
      code: 'wrong_value',
      place,
      message: `${quote(name)} must be a list of ids, got ${nameOfKind(value)}`,
      suggestion,
    })
    return []
  }
  const found = new Set<string>()
  for (const item of value.items) {
    if (isFailed(item)) continue
    if (item.kind !== 'scalar' || typeof item.value !== 'string') {
      const message = `${quote(name)} must be a list of ids, and one of them is ${nameOfKind(item)}`
      report({ code: 'wrong_value', place: item.place, message })
      continue
    }
    const id = item.value
    // What came from the environment is not told.
    const shown = item.substituted === undefined ? quote(id) : 'of this name'
    if (found.has(id))
      report({ code: 'duplicate', place: item.place, message: `${shown} stands in this list already` })
    else if (defined.get(section)?.has(id) !== true) {
      const kind = kindOf(section)
      const message = `the ${kind} ${shown} is not defined`
      report({
        code: 'undefined_component',
        place: item.place,
        message,
        suggestion: undefinedHint(id, section, defined, item.substituted === undefined),
      })
    }
    found.add(id)
  }
  return [...found]
}

function undefinedHint(
  id: string,
  section: Section,
  defined: DefinedBySection,
  shown: boolean,
): string | undefined {
  const elsewhere = KINDS.find(
    (other) => other.section !== section && defined.get(other.section)?.has(id) === true,
  )
  if (elsewhere !== undefined && shown) return `${quote(id)} is ${withArticle(elsewhere.kind)}`
  const own = [...(defined.get(section)?.keys() ?? [])]
  const near = nearest(id, own)
  if (near !== undefined) return didYouMean(near, own)
  return shown ? `define it: add "${quote(id).slice(1, -1)}:" under "${section}:"` : undefined
}

function kindOf(section: Section): string {
  return KINDS.find((other) => other.section === section)?.kind ?? section
}
