import { branches, type JsonSchema } from './json-schema.ts'

/** Kinds of string that have a name of their own in the table of options. */
const FORMATS = new Set(['duration', 'size', 'secret', 'uri', 'email', 'ipv4', 'ipv6', 'date-time'])

/**
 * What a field takes, in an operator's words: `duration`, `list of string`, `"json" or "pretty"`.
 */
export function typeName(schema: JsonSchema, root: JsonSchema): string {
  return [...new Set(typeNames(schema, root))].join(' or ')
}

/** The same, each by itself; a name may stand more than once. */
export function typeNames(schema: JsonSchema, root: JsonSchema): string[] {
  const { format, type } = schema
  if (format !== undefined && FORMATS.has(format)) return [format === 'uri' ? 'URL' : format, ...nullOf(type)]
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value))
  if (schema.const !== undefined) return [JSON.stringify(schema.const)]
  const inner = schema.anyOf ?? schema.oneOf
  if (inner !== undefined) return inner.flatMap((branch) => typeNames(branch, root))
  const [, target] = schema.$ref === undefined ? [] : branches(schema, root)
  if (target !== undefined && target.$ref === undefined) return typeNames(target, root)
  if (type === undefined) return ['anything']
  return (typeof type === 'string' ? [type] : type).map((name) => {
    if (name === 'array') return `list of ${itemName(schema, root)}`
    return name === 'object' ? 'map' : name
  })
}

function nullOf(type: JsonSchema['type']): string[] {
  return Array.isArray(type) && type.includes('null') ? ['null'] : []
}

function itemName(schema: JsonSchema, root: JsonSchema): string {
  const { items } = schema
  const name = typeof items === 'object' ? typeName(items, root) : 'anything'
  return name.includes(' or ') ? `(${name})` : name
}
