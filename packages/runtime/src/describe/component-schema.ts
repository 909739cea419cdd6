import type { ComponentFactory } from '@lacuna/sdk'
import { sendingSchemaOf } from '../config/sending.ts'
import { branches, type JsonSchema, jsonSchemaOf } from './json-schema.ts'
import { type OptionRow, optionRows } from './option-rows.ts'

const schemas = new WeakMap<ComponentFactory, JsonSchema>()

/** What a component's part of the configuration takes: its own options and, of an exporter, the runtime's. */
export function componentSchema(factory: ComponentFactory): JsonSchema {
  if (factory.kind !== 'exporter') return jsonSchemaOf(factory.config)
  const before = schemas.get(factory)
  if (before !== undefined) return before
  const own = jsonSchemaOf(factory.config)
  const { properties } = jsonSchemaOf(sendingSchemaOf(factory))
  const schema = withProperties(own, own, properties ?? {})
  schemas.set(factory, schema)
  return schema
}

/**
 * The options that every exporter has beside its own, with the defaults of this one; none for other kinds.
 *
 * @example
 * ```ts
 * sendingRows(factory).map(row => row.path) // ['sending_queue', 'sending_queue.max_records', ...]
 * ```
 */
export function sendingRows(factory: ComponentFactory): OptionRow[] {
  return factory.kind === 'exporter' ? optionRows(sendingSchemaOf(factory)) : []
}

/** The names of a schema's own options, in whatever branch of it. */
export function optionNames(schema: JsonSchema): Set<string> {
  return new Set(branches(schema, schema).flatMap(({ properties }) => Object.keys(properties ?? {})))
}

/** The schema where every map that it takes has room for more: what refuses unknown keys stands in each branch. */
function withProperties(schema: JsonSchema, root: JsonSchema, more: Record<string, JsonSchema>): JsonSchema {
  if (schema.$ref !== undefined) {
    const [, target] = branches(schema, root)
    return target === undefined || target.$ref !== undefined ? schema : withProperties(target, root, more)
  }
  const extend = (branch: JsonSchema) => withProperties(branch, root, more)
  return {
    ...schema,
    ...(schema.properties !== undefined && { properties: { ...schema.properties, ...more } }),
    ...(schema.anyOf !== undefined && { anyOf: schema.anyOf.map(extend) }),
    ...(schema.oneOf !== undefined && { oneOf: schema.oneOf.map(extend) }),
    ...(schema.allOf !== undefined && { allOf: schema.allOf.map(extend) }),
  }
}
