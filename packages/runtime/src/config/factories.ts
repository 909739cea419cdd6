import { API_VERSION, type ComponentFactory, type ExporterFactory } from '@lacuna/sdk'
import { optionNames } from '../describe/component-schema.ts'
import { branches, jsonSchemaOf } from '../describe/json-schema.ts'
import type { Components, Lazy } from './checked-config.ts'
import { KINDS, type Kind, type Section, typeOf, withArticle } from './kinds.ts'
import { LONGEST, SENDING_KEYS } from './sending.ts'
import { quote } from './visible.ts'

/** What there is to configure, by section and type. */
export interface Registry {
  types(section: Section): readonly string[]
  /** Loads a factory; a sentence says why it cannot be used. Both `undefined` when there is none of that type. */
  load(section: Section, type: string): Promise<Loaded>
  /** Adds what a plugin brought; gives a sentence where it cannot. */
  add(value: unknown): string | undefined
}

interface Loaded {
  readonly factory?: ComponentFactory
  readonly error?: string
}

/** The components that the embedding program gives, and room for those of plugins. */
export function createRegistry(components: Components): Registry {
  const loaders = new Map(
    KINDS.map(({ section }) => [
      section,
      new Map<string, Lazy<ComponentFactory>>(Object.entries(components[section] ?? {})),
    ]),
  )
  const loaded = new Map<string, Promise<Loaded>>()
  const load = async (section: Section, type: string): Promise<Loaded> => {
    const lazy = loaders.get(section)?.get(type)
    if (lazy === undefined) return {}
    const kind = kindOf(section)
    try {
      const value: unknown = typeof lazy === 'function' ? await lazy() : lazy
      return check(value, kind)
    } catch (error) {
      return { error: `the ${kind} ${quote(type)} cannot be loaded: ${firstLine(error)}` }
    }
  }
  return {
    types: (section) => [...(loaders.get(section)?.keys() ?? [])],
    load(section, type) {
      const key = `${section} ${type}`
      const promise = loaded.get(key) ?? load(section, type)
      loaded.set(key, promise)
      return promise
    },
    add(value) {
      const { factory, error } = check(value)
      if (factory === undefined) return error
      const { section } = KINDS.find(({ kind }) => kind === factory.kind) ?? { section: 'processors' }
      const there = loaders.get(section)
      const before = there?.get(factory.type)
      if (before !== undefined && before !== factory)
        return `there is ${withArticle(factory.kind)} of type ${quote(factory.type)} already`
      there?.set(factory.type, factory)
      return undefined
    },
  }
}

/** Every factory that a registry knows. What cannot be loaded is told in a sentence each. */
export async function everyFactory(
  registry: Registry,
): Promise<{ factories: ComponentFactory[]; errors: string[] }> {
  const factories: ComponentFactory[] = []
  const errors: string[] = []
  for (const { section } of KINDS) {
    for (const type of registry.types(section)) {
      const { factory, error } = await registry.load(section, type)
      if (factory !== undefined) factories.push(factory)
      if (error !== undefined) errors.push(error)
    }
  }
  return { factories, errors }
}

function kindOf(section: Section): Kind {
  return KINDS.find((entry) => entry.section === section)?.kind ?? 'processor'
}

/** Whether a value is a factory that we can use; of a kind, where one is wanted. */
function check(value: unknown, wanted?: Kind): Loaded {
  const inner = isObject(value) && !('apiVersion' in value) && 'default' in value ? value.default : value
  if (!isObject(inner) || !('apiVersion' in inner))
    return {
      error:
        'it is no component: it has no apiVersion (define it with defineProcessor or one of its siblings)',
    }
  const { apiVersion, kind, type, config, create } = inner
  const name = typeof type === 'string' ? quote(type) : 'without a type'
  // The version comes first: a factory of another one may look different in every other way.
  if (apiVersion !== API_VERSION)
    return {
      error: `the component ${name} is written for apiVersion ${show(apiVersion)}; this Lacuna supports apiVersion ${API_VERSION}`,
    }
  if (typeof type !== 'string' || typeOf(type) !== type)
    return { error: `the component ${name} needs a type in lower_snake_case` }
  if (!KINDS.some((entry) => entry.kind === kind))
    return { error: `the component ${name} has no known kind: ${show(kind)}` }
  if (wanted !== undefined && kind !== wanted)
    return { error: `the component ${name} is ${withArticle(String(kind))}, not ${withArticle(wanted)}` }
  if (!isObject(config) || typeof config.safeParseAsync !== 'function')
    return { error: `the component ${name} has no config schema (made with zod 4)` }
  if (typeof create !== 'function') return { error: `the component ${name} has no create function` }
  const factory = inner as unknown as ComponentFactory
  const error = factory.kind === 'exporter' ? againstSending(factory) : undefined
  return error === undefined ? { factory } : { error }
}

/** What stands against the options that the runtime gives every exporter, if anything. */
function againstSending(factory: ExporterFactory): string | undefined {
  const { config, defaults } = factory
  const exporter = `the exporter ${quote(factory.type)}`
  const timeout: unknown = defaults?.timeout
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout >= 0 && timeout <= LONGEST))
    return `${exporter} declares a default timeout that is no number of milliseconds`
  const schema = jsonSchemaOf(config)
  const names = optionNames(schema)
  const taken = SENDING_KEYS.filter((key) => names.has(key))
  if (taken.length > 0)
    return `${exporter} has an option ${taken.map(quote).join(' and ')} of its own: every exporter has it from the runtime, so leave it out or give it another name`
  const types = branches(schema, schema).flatMap(({ type }) => type ?? [])
  return types.length > 0 && !types.includes('object')
    ? `${exporter} has a config schema that takes no map: make it with z.strictObject`
    : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function show(value: unknown): string {
  return typeof value === 'number' ? String(value) : quote(String(value))
}

/** What an error says, cut to one line that may be printed. */
export function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  return quote(text.split('\n', 1)[0]?.slice(0, 300) ?? '').slice(1, -1)
}
