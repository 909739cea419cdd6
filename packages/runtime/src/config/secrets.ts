import { branches, type JsonSchema, step } from '../describe/json-schema.ts'
import { soundsSecret } from './secret-names.ts'
import { scalars, type Tree } from './tree.ts'

/** The names of all fields in a schema that are typed as secrets. */
export function secretNames(root: JsonSchema): Set<string> {
  const names = new Set<string>()
  const seen = new Set<JsonSchema>()
  const visit = (schema: JsonSchema, name: string) => {
    for (const branch of branches(schema, root)) {
      if (branch.format === 'secret' && name !== '') names.add(name)
      if (seen.has(branch)) continue
      seen.add(branch)
      for (const [key, property] of Object.entries(branch.properties ?? {})) visit(property, key)
      for (const inner of [branch.items, branch.additionalProperties, ...(branch.prefixItems ?? [])])
        if (typeof inner === 'object') visit(inner, name)
    }
  }
  visit(root, '')
  return names
}

/**
 * Marks in its source what an error must never show: values of fields typed as secrets and, where no schema
 * knows a key, what sounds like one (a secret under a mistyped key is one still).
 */
export function hideSecrets(
  name: string,
  value: Tree,
  root: JsonSchema | undefined,
  known: ReadonlySet<string>,
): void {
  const visit = (tree: Tree, schemas: readonly JsonSchema[], name: string) => {
    if (isSecret(tree, schemas, root ?? {})) return hide(tree)
    if (schemas.length === 0 && soundsSecret(name, known)) return hide(tree)
    if (tree.kind === 'list')
      tree.items.forEach((item, index) => {
        visit(item, step(schemas, index, root ?? {}), name)
      })
    else if (tree.kind === 'map')
      for (const { key, value } of [...tree.entries.values(), ...(tree.shadowed ?? [])]) {
        // What `<<` merges has the fields of the map that it stands in.
        const next = key === '<<' ? schemas : step(schemas, key, root ?? {})
        visit(value, next, key === '<<' ? name : key)
      }
    else hideCredentials(tree)
  }
  visit(value, root === undefined ? [] : branches(root, root), name)
}

/**
 * Whether a value is a secret, or stands where a list or a map of secrets belongs: whoever forgets the brackets has
 * written a secret all the same.
 */
function isSecret(tree: Tree, schemas: readonly JsonSchema[], root: JsonSchema): boolean {
  if (schemas.some((schema) => schema.format === 'secret')) return true
  if (tree.kind !== 'scalar' || schemas.some((schema) => schema.type === 'string')) return false
  return schemas.some(({ items, additionalProperties }) =>
    [items, additionalProperties].some(
      (inner) =>
        typeof inner === 'object' && branches(inner, root).some((branch) => branch.format === 'secret'),
    ),
  )
}

/** Hides the user and the password of an address: `http://user:password@host`. */
function hideCredentials({ place: { source, start, end } }: Tree): void {
  const text = source.text.slice(start, end)
  const scheme = text.indexOf('://')
  if (scheme < 0) return
  const rest = text.slice(scheme + 3)
  const authority = rest.search(/[/?#]/)
  const at = rest.slice(0, authority < 0 ? undefined : authority).lastIndexOf('@')
  if (at > 0) source.secrets.push({ start: start + scheme + 3, end: start + scheme + 3 + at })
}

/** A reference says where a secret is kept, not what it is. */
const ONLY_REFERENCE = /^["']?\$\{(?:env:[A-Za-z_]\w*|file:[^${}]*)\}["']?$/

function hide(tree: Tree): void {
  for (const { place, bare } of scalars(tree)) {
    const { source, start, end } = place
    if (bare === true || end <= start || ONLY_REFERENCE.test(source.text.slice(start, end))) continue
    source.secrets.push({ start, end })
  }
}

/** The texts in a tree that no message may hold: secrets, and what came from elsewhere. */
export function hiddenValues(tree: Tree, schemas: readonly JsonSchema[], root: JsonSchema): string[] {
  if (tree.kind === 'list')
    return tree.items.flatMap((item, index) => hiddenValues(item, step(schemas, index, root), root))
  if (tree.kind === 'map')
    return [...tree.entries.values()].flatMap(({ key, value }) =>
      hiddenValues(value, step(schemas, key, root), root),
    )
  const secret = isSecret(tree, schemas, root)
  const whole = secret || tree.substituted !== undefined ? [String(tree.value ?? '')] : []
  return [...whole, ...(tree.substituted ?? [])]
}
