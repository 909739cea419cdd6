import type { Report } from './diagnostics.ts'
import { beginning, type Source } from './source.ts'
import type { Entry, Tree } from './tree.ts'
import { MAX_DEPTH } from './yaml-tokens.ts'
import { refuse } from './yaml-tree.ts'

/** A configuration that was given as a plain object, as a tree whose places are paths. */
export function fromObject(value: unknown, source: Source, report: Report): Tree {
  return convert(value, '', { source, report, above: [] })
}

interface Context {
  readonly source: Source
  readonly report: Report
  /** The objects that the value is in, against cycles. */
  readonly above: readonly object[]
}

function convert(value: unknown, path: string, context: Context): Tree {
  const { source, report, above } = context
  const place = { ...beginning(source), path }
  const fail = (message: string): Tree => {
    report({ code: 'wrong_value', place, message })
    return { kind: 'scalar', value: null, place, failed: true }
  }
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return { kind: 'scalar', value, place }
    case 'undefined':
      return { kind: 'scalar', value: null, place, bare: true }
    case 'object':
      break
    default:
      return fail(`a configuration cannot hold a ${typeof value}`)
  }
  if (value === null) return { kind: 'scalar', value, place }
  if (above.includes(value)) return fail('this object stands within itself')
  if (above.length >= MAX_DEPTH) return fail(`this is nested deeper than ${MAX_DEPTH} levels`)
  const inner = { source, report, above: [...above, value] }
  if (Array.isArray(value))
    return {
      kind: 'list',
      items: value.map((item, index) => convert(item, `${path}[${index}]`, inner)),
      place,
    }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null)
    return fail('a configuration holds plain objects, lists, strings, numbers, true, false and null')
  const entries = new Map<string, Entry>()
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue
    const own = path === '' ? key : `${path}.${key}`
    const keyPlace = { ...beginning(source), path: own }
    const refusal = refuse(key)
    if (refusal === undefined) entries.set(key, { key, keyPlace, value: convert(item, own, inner) })
    else report({ code: 'syntax', place: keyPlace, message: refusal })
  }
  return { kind: 'map', entries, place }
}
