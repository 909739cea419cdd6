import type { z } from 'zod'
import { branches, type JsonSchema, jsonSchemaOf } from './json-schema.ts'
import { typeName } from './type-name.ts'

/** One option of a component, as `lacuna components` and the README show it. */
export interface OptionRow {
  /** `window.size`, `exceptions[].name`, `headers.*` for a map with keys of its own choice. */
  readonly path: string
  /** In an operator's words: `duration`, `list of string`, `"json" or "pretty"`. */
  readonly type: string
  readonly required: boolean
  /** As it would be written; `undefined` where there is none. */
  readonly default: string | undefined
  readonly description: string
}

/** Deeper nesting than this is not unfolded: it is a condition tree or a mistake. */
const MAX_DEPTH = 6

/**
 * Every option of a component's schema in its own order, nested ones behind the one that holds them.
 *
 * @example
 * ```ts
 * optionRows(factory.config).map(row => row.path) // ['include', 'window', 'window.type', 'window.size']
 * ```
 */
export function optionRows(schema: z.ZodType): OptionRow[] {
  const root = jsonSchemaOf(schema)
  const rows = new Map<string, OptionRow>()
  collect(root, root, '', 0, rows)
  return [...rows.values()]
}

function collect(schema: JsonSchema, root: JsonSchema, prefix: string, depth: number, rows: Rows): void {
  if (depth > MAX_DEPTH) return
  const objects = branches(schema, root).filter((branch) => branch.properties !== undefined)
  for (const object of objects) {
    for (const [key, property] of Object.entries(object.properties ?? {})) {
      const path = prefix === '' ? key : `${prefix}.${key}`
      const required = objects.every((other) => other.required?.includes(key) === true)
      add(rows, { path, required, ...describe(property, root) })
      nested(property, root, path, depth + 1, rows)
    }
  }
}

type Rows = Map<string, OptionRow>

function nested(schema: JsonSchema, root: JsonSchema, path: string, depth: number, rows: Rows): void {
  collect(schema, root, path, depth, rows)
  for (const { items, additionalProperties } of branches(schema, root)) {
    if (typeof items === 'object') collect(items, root, `${path}[]`, depth, rows)
    if (typeof additionalProperties === 'object')
      collect(additionalProperties, root, `${path}.*`, depth, rows)
  }
}

function describe(schema: JsonSchema, root: JsonSchema): Pick<OptionRow, 'type' | 'default' | 'description'> {
  const all = branches(schema, root)
  const description = all.find((branch) => branch.description !== undefined)?.description ?? ''
  const given = all.find((branch) => branch.default !== undefined)?.default
  return { type: typeName(schema, root), default: written(given), description }
}

/** In the branches of a union a path may stand more than once: its types are put beside each other. */
function add(rows: Rows, row: OptionRow): void {
  const before = rows.get(row.path)
  if (before === undefined) rows.set(row.path, row)
  else {
    const types = new Set([...before.type.split(' or '), ...row.type.split(' or ')])
    const description = before.description === '' ? row.description : before.description
    rows.set(row.path, { ...before, type: [...types].join(' or '), description })
  }
}

function written(value: unknown): string | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string') return value === '' ? '""' : value
  if (Array.isArray(value)) return `[${value.map(written).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const pairs = Object.entries(value).map(([key, item]) => `${key}: ${written(item)}`)
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`
}
