import type { ComponentFactory } from '@lacuna/sdk'
import { componentSchema } from '../describe/component-schema.ts'
import type { JsonSchema } from '../describe/json-schema.ts'
import { checkOptions } from './check-options.ts'
import type { Report } from './diagnostics.ts'
import { firstLine, type Registry } from './factories.ts'
import { didYouMean, issueProblems } from './issue-problems.ts'
import { KINDS, type Kind, type Section, typeOf, withArticle } from './kinds.ts'
import { nearest } from './nearest.ts'
import { hideSecrets, secretNames } from './secrets.ts'
import type { SendingConfig } from './sending.ts'
import type { Place } from './source.ts'
import { child, type Entry, type MapNode, nameOfKind, type Tree } from './tree.ts'
import { quote } from './visible.ts'
import { flatten } from './zod-issues.ts'

/** A component of one section as it was written. `factory` is absent when there was something against it. */
interface Defined {
  readonly id: string
  readonly keyPlace: Place
  factory?: ComponentFactory
  config?: unknown
  /** Of an exporter. */
  sending?: SendingConfig
}

export type DefinedBySection = ReadonlyMap<Section, ReadonlyMap<string, Defined>>

/**
 * Checks every component that is defined, used or not.
 *
 * @param separate the trees of the single sources, in which secrets are to be hidden
 */
export async function checkComponents(
  root: MapNode,
  separate: readonly Tree[],
  registry: Registry,
  report: Report,
): Promise<DefinedBySection> {
  const schemas = await loadSchemas([root, ...separate], registry)
  for (const tree of separate) hideSecretsOf(tree, schemas)
  const sections = new Map<Section, Map<string, Defined>>()
  for (const { section, kind } of KINDS) {
    const defined = new Map<string, Defined>()
    sections.set(section, defined)
    for (const entry of idsOf(root, section, report)) {
      const component: Defined = { id: entry.key, keyPlace: entry.keyPlace }
      defined.set(entry.key, component)
      await checkComponent(component, entry, section, kind, registry, report)
    }
  }
  return sections
}

async function checkComponent(
  component: Defined,
  entry: Entry,
  section: Section,
  kind: Kind,
  registry: Registry,
  report: Report,
): Promise<void> {
  const { key, keyPlace: place } = entry
  const type = typeOf(key)
  if (type === undefined) {
    const message = `${quote(key)} is no id: an id is type or type/name, and a type is in lower_snake_case`
    const near = nearest(key, registry.types(section))
    return report({ code: 'unknown_type', place, message, suggestion: didYouMean(near, []) })
  }
  const { factory, error } = await registry.load(section, type)
  if (error !== undefined) return report({ code: 'component', place, message: error })
  if (factory === undefined)
    return report({ code: 'unknown_type', place, ...unknownType(type, section, kind, registry) })

  const name = `${section}.${key}`
  // `file:` and `file: null` are a file with its defaults.
  const tree: Tree =
    entry.value.kind === 'scalar' && entry.value.value === null && entry.value.failed !== true
      ? { kind: 'map', entries: new Map(), place }
      : entry.value
  if (tree.kind !== 'map') {
    if (tree.kind === 'scalar' && tree.failed === true) return
    const at = tree.kind === 'scalar' ? tree.place : place
    return report({
      code: 'wrong_value',
      place: at,
      message: `${name} must be a map of options, got ${nameOfKind(tree)}`,
    })
  }
  try {
    const result = await checkOptions(factory, tree)
    if (result.issues === undefined) Object.assign(component, { factory, ...result })
    else {
      const subject = { name, tree, keyPlace: place, schema: componentSchema(factory) }
      for (const problem of issueProblems(subject, flatten(result.issues))) report(problem)
    }
  } catch (thrown) {
    // What a schema's own code throws may hold anything: only its kind is told.
    const what = thrown instanceof Error ? firstLine(thrown.name) : 'something'
    report({ code: 'component', place, message: `the schema of the ${kind} ${quote(type)} threw ${what}` })
  }
}

function unknownType(type: string, section: Section, kind: Kind, registry: Registry) {
  const message = `there is no ${kind} of type ${quote(type)}`
  const own = registry.types(section)
  const near = nearest(type, own)
  const elsewhere = KINDS.find(
    (other) => other.section !== section && registry.types(other.section).includes(type),
  )
  const suggestion =
    elsewhere === undefined
      ? (didYouMean(near, own) ?? 'a plugin may bring it: see "plugins:"')
      : `${quote(type)} is ${withArticle(elsewhere.kind)}: it belongs under "${elsewhere.section}:"`
  return { message, suggestion }
}

/** The entries of a section that is a map or nothing. */
function idsOf(root: Tree, section: Section, report?: Report): Entry[] {
  const tree = child(root, section)
  if (tree === undefined || (tree.kind === 'scalar' && (tree.value === null || tree.failed === true)))
    return []
  if (tree.kind === 'map') return [...tree.entries.values()]
  const message = `"${section}" must be a map of components by id, got ${nameOfKind(tree)}`
  report?.({
    code: 'wrong_value',
    place: tree.place,
    message,
    suggestion: 'write each as "type:", not as "- type"',
  })
  return []
}

type Schemas = ReadonlyMap<string, JsonSchema>

async function loadSchemas(trees: readonly Tree[], registry: Registry): Promise<Schemas> {
  const schemas = new Map<string, JsonSchema>()
  for (const tree of trees) {
    for (const { section } of KINDS) {
      for (const { key } of idsOf(tree, section)) {
        const type = typeOf(key)
        const { factory } = type === undefined ? {} : await registry.load(section, type)
        if (factory !== undefined) schemas.set(`${section}.${type}`, componentSchema(factory))
      }
    }
  }
  return schemas
}

function hideSecretsOf(tree: Tree, schemas: Schemas): void {
  const known = new Set([...schemas.values()].flatMap((schema) => [...secretNames(schema)]))
  for (const { key, value } of written(tree)) {
    if (key === 'service' || key === 'plugins') continue
    // Under a section that is mistyped, too, secrets are secrets.
    const section = KINDS.find((entry) => entry.section === key)?.section
    if (section === undefined) hideSecrets(key, value, undefined, known)
    else
      for (const component of written(value)) {
        hideSecrets('', component.value, schemas.get(`${section}.${typeOf(component.key)}`), known)
      }
  }
}

/** Every entry of a map, those too that do not count. */
function written(tree: Tree): readonly Entry[] {
  return tree.kind === 'map' ? [...tree.entries.values(), ...(tree.shadowed ?? [])] : []
}
