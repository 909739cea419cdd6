import { type JsonSchema, schemasAt } from '../describe/json-schema.ts'
import { typeNames } from '../describe/type-name.ts'
import { child, type Path, type Tree } from './tree.ts'

const PHRASES: Readonly<Record<string, string>> = {
  string: 'a string',
  secret: 'a string',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  map: 'a map',
  duration: 'a duration such as 90s, 60m or 1h30m',
  size: 'a size such as 64KiB or 1MiB',
  URL: 'a URL',
}

/** The types that a schema takes at a path, by the names of the table of options. */
export function expectedTypes(root: JsonSchema, path: Path): string[] {
  const [...schemas] = schemasAt(root, path)
  // The branches of a union are told by the union itself.
  const outer = schemas.filter((schema) => !schemas.some((other) => isBranch(other, schema)))
  return [...new Set(outer.flatMap((schema) => typeNames(schema, root)))]
}

function isBranch(schema: JsonSchema, branch: JsonSchema): boolean {
  return [schema.anyOf, schema.oneOf, schema.allOf].some((list) => list?.includes(branch) === true)
}

/** `a string or a list`. */
export function phrase(types: readonly string[]): string {
  const phrases = types.map((type) => (type.startsWith('list of ') ? 'a list' : (PHRASES[type] ?? type)))
  const unique = [...new Set(phrases)]
  const last = unique.at(-1) ?? 'something else'
  return unique.length < 2 ? last : `${unique.slice(0, -1).join(', ')} or ${last}`
}

/** The texts that stand in a schema for themselves at a path: `json`, `pretty`. */
export function literalsAt(root: JsonSchema, path: Path): string[] {
  const values = schemasAt(root, path).flatMap((schema) => [...(schema.enum ?? []), schema.const])
  return [...new Set(values.filter((value) => typeof value === 'string'))]
}

/** The keys that a schema knows at a path; of a union, those of the branch that the value belongs to. */
export function keysAt(root: JsonSchema, path: Path, value: Tree | undefined): string[] {
  const own = schemasAt(root, path).filter((schema) => !contradicts(schema, value))
  return [...new Set(own.flatMap((schema) => Object.keys(schema.properties ?? {})))]
}

/** Whether a constant of the schema, the `type` of a window say, is another one in the value. */
function contradicts(schema: JsonSchema, value: Tree | undefined): boolean {
  return Object.entries(schema.properties ?? {}).some(([key, property]) => {
    const node = child(value, key)
    return property.const !== undefined && node?.kind === 'scalar' && node.value !== property.const
  })
}
