import type { AnyValue } from '@lacuna/sdk'
import { collectTexts, isContainer, redactValue, setOwn } from './redact-value.ts'
import { REDACTED, type Replace, type Replaced } from './replacement.ts'
import type { RuleFinder } from './rule-finder.ts'

type Map = { [key: string]: AnyValue }
/** A container whose entries are still to be looked at: where it stands, and how many maps lie above it. */
type Unseen = readonly [container: AnyValue[] | Map, path: string, depth: number]

/**
 * Redacts attributes in place, those in maps below them by their dotted path too. Gives whether anything was
 * changed.
 *
 * @param replaced takes every text that was replaced
 * @param root what stands in front of every path: `body.` for a body
 */
export type AttributeRedactor = (attributes: AnyValue[] | Map, replaced: Replaced[], root?: string) => boolean

export function attributeRedactor(rules: RuleFinder, replace: Replace): AttributeRedactor {
  return (attributes, replaced, root = '') => {
    let changed = false
    let unseen: Unseen[] | undefined
    let container: AnyValue[] | Map = attributes
    let path = root
    let depth = 1
    while (true) {
      const isList = Array.isArray(container)
      for (const key in container) {
        if (!Object.hasOwn(container, key)) continue
        const value: AnyValue | undefined = Reflect.get(container, key)
        if (value === undefined) continue
        // What is in a list has the path of the list.
        const name = isList ? path : path + key
        const rule = isList ? undefined : rules.find(name)
        if (rule !== undefined) {
          changed = true
          if (rule.action === 'drop') {
            collectTexts(value, REDACTED, replaced)
            Reflect.deleteProperty(container, key)
          } else setOwn(container, key, redactValue(value, rule, replace, replaced))
        } else if (isContainer(value) && depth < rules.depth) {
          unseen ??= []
          if (Array.isArray(value)) unseen.push([value, isList ? path : `${name}.`, depth])
          else unseen.push([value, isList ? path : `${name}.`, depth + 1])
        }
      }
      const next = unseen?.pop()
      if (next === undefined) return changed
      ;[container, path, depth] = next
    }
  }
}
