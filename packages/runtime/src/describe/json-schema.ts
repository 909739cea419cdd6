import { formatDuration } from '@lacuna/sdk'
import { z } from 'zod'

/** The part of JSON Schema (draft 2020-12) that zod writes and we read. */
export interface JsonSchema {
  type?: string | string[]
  format?: string
  description?: string
  default?: unknown
  properties?: Record<string, JsonSchema>
  required?: string[]
  additionalProperties?: JsonSchema | boolean
  propertyNames?: JsonSchema
  patternProperties?: Record<string, JsonSchema>
  items?: JsonSchema | boolean
  prefixItems?: JsonSchema[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
  enum?: unknown[]
  const?: unknown
  pattern?: string
  $ref?: string
  $defs?: Record<string, JsonSchema>
  $schema?: string
  title?: string
  [key: string]: unknown
}

const written = new WeakMap<z.ZodType, JsonSchema>()

/**
 * What a component's schema takes, as JSON Schema: the one source of the table of options, the editor's
 * schema and the hints in errors. Durations, sizes and secrets carry their name as `format`; their defaults
 * are written as an operator would.
 */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const before = written.get(schema)
  if (before !== undefined) return before
  const json = convert(schema)
  writeDefaults(json, json)
  written.set(schema, json)
  return json
}

function convert(schema: z.ZodType): JsonSchema {
  try {
    return z.toJSONSchema(schema, {
      io: 'input',
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => {
        const { def } = zodSchema._zod
        // A default is of the output, a duration's milliseconds say; zod leaves it out of what is the input.
        if (def.type === 'default') jsonSchema.default = plain(def.defaultValue)
        if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
        if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
      },
    }) as JsonSchema
  } catch {
    // A schema that cannot be described still checks; its errors come without hints.
    return {}
  }
}

function plain(value: unknown): unknown {
  try {
    return value === undefined ? undefined : JSON.parse(JSON.stringify(value))
  } catch {
    return undefined
  }
}

/** Writes every default in a schema as an operator would: a duration's milliseconds as `60m`. */
function writeDefaults(schema: JsonSchema, root: JsonSchema): void {
  if (schema.default !== undefined) schema.default = inWords(schema.default, branches(schema, root), root)
  const { items, additionalProperties, properties, $defs, anyOf, oneOf, allOf, prefixItems } = schema
  const lists = [
    anyOf,
    oneOf,
    allOf,
    prefixItems,
    Object.values(properties ?? {}),
    Object.values($defs ?? {}),
  ]
  for (const inner of [items, additionalProperties, ...lists.flatMap((list) => list ?? [])])
    if (typeof inner === 'object') writeDefaults(inner, root)
}

function inWords(value: unknown, schemas: readonly JsonSchema[], root: JsonSchema): unknown {
  if (typeof value === 'number') {
    if (schemas.some(({ format }) => format === 'duration')) return formatDuration(value)
    return schemas.some(({ format }) => format === 'size') ? formatSize(value) : value
  }
  if (Array.isArray(value)) return value.map((item, index) => inWords(item, step(schemas, index, root), root))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, inWords(item, step(schemas, key, root), root)]),
  )
}

/** Bytes as the shortest whole size: 1,048,576 is `1MiB`. */
function formatSize(bytes: number): string | number {
  for (const [unit, size] of [
    ['GiB', 2 ** 30],
    ['MiB', 2 ** 20],
    ['KiB', 2 ** 10],
  ] as const)
    if (bytes > 0 && bytes % size === 0) return `${bytes / size}${unit}`
  return bytes
}

/** All schemas that a value may follow: `$ref` followed, the branches of unions beside each other. */
export function branches(schema: JsonSchema, root: JsonSchema): JsonSchema[] {
  const found: JsonSchema[] = []
  const seen = new Set<JsonSchema>()
  const visit = (at: JsonSchema | undefined) => {
    if (at === undefined || seen.has(at)) return
    seen.add(at)
    found.push(at)
    visit(target(at, root))
    for (const branch of [...(at.anyOf ?? []), ...(at.oneOf ?? []), ...(at.allOf ?? [])]) visit(branch)
  }
  visit(schema)
  return found
}

function target(schema: JsonSchema, root: JsonSchema): JsonSchema | undefined {
  if (schema.$ref === undefined) return undefined
  if (schema.$ref === '#') return root
  return root.$defs?.[schema.$ref.replace('#/$defs/', '')]
}

/** The schemas of what is under a key, or at an index, of something that follows one of `schemas`. */
export function step(schemas: readonly JsonSchema[], key: PropertyKey, root: JsonSchema): JsonSchema[] {
  const next: JsonSchema[] = []
  for (const schema of schemas) {
    const { properties, additionalProperties, items, prefixItems } = schema
    if (typeof key === 'number') {
      const item = prefixItems?.[key] ?? items
      if (typeof item === 'object') next.push(...branches(item, root))
    } else if (properties !== undefined && Object.hasOwn(properties, key)) {
      const property = properties[String(key)]
      if (property !== undefined) next.push(...branches(property, root))
    } else if (typeof additionalProperties === 'object') next.push(...branches(additionalProperties, root))
  }
  return next
}

/** The schemas of the value at a path. */
export function schemasAt(root: JsonSchema, path: readonly PropertyKey[]): JsonSchema[] {
  let at = branches(root, root)
  for (const key of path) at = step(at, key, root)
  return at
}
