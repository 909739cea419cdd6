import type { DefinedBySection } from './check-components.ts'
import { ids } from './check-ids.ts'
import { mapUnder, onlyKeys } from './check-keys.ts'
import type { ConfiguredPipeline } from './checked-config.ts'
import type { Report } from './diagnostics.ts'
import { type Section, typeOf } from './kinds.ts'
import type { Place } from './source.ts'
import { type Entry, isFailed, isNothing, type MapNode, nameOfKind } from './tree.ts'
import { quote } from './visible.ts'

const TOP = ['receivers', 'processors', 'exporters', 'extensions', 'service', 'plugins']
const SERVICE = ['extensions', 'pipelines']
const PIPELINE = ['receivers', 'processors', 'exporters'] as const

/** Signals that a Collector has pipelines for and Lacuna has not. */
const OTHER_SIGNALS: ReadonlySet<string | undefined> = new Set(['traces', 'metrics', 'profiles'])

export interface Wiring {
  readonly pipelines: Map<string, ConfiguredPipeline>
  readonly extensions: readonly string[]
}

/** Checks the top of a configuration and `service`: which components run, and how they are wired. */
export function checkService(root: MapNode, top: Place, defined: DefinedBySection, report: Report): Wiring {
  const meant = onlyKeys(root, TOP, 'the configuration', report)
  const service = mapUnder(root, 'service', 'service', top, meant, report)
  if (service === undefined) return { pipelines: new Map(), extensions: [] }
  const meantThere = onlyKeys(service.tree, SERVICE, 'service', report)
  const extensions = ids(
    service.tree.entries.get('extensions'),
    'service.extensions',
    'extensions',
    defined,
    report,
  )
  const pipelines = new Map<string, ConfiguredPipeline>()
  const list = mapUnder(service.tree, 'pipelines', 'service.pipelines', service.place, meantThere, report)
  if (list !== undefined && list.tree.entries.size === 0)
    report({
      code: 'missing',
      place: list.place,
      message: 'service.pipelines names no pipeline',
      suggestion: 'add one: logs: { receivers: [...], exporters: [...] }',
    })
  for (const entry of list?.tree.entries.values() ?? []) {
    const pipeline = checkPipeline(entry, defined, report)
    if (pipeline !== undefined) pipelines.set(pipeline.id, pipeline)
  }
  return { pipelines, extensions }
}

function checkPipeline(
  entry: Entry,
  defined: DefinedBySection,
  report: Report,
): ConfiguredPipeline | undefined {
  const { key: id, keyPlace: place, value } = entry
  const type = typeOf(id)
  if (type === undefined) {
    const message = `${quote(id)} is no id of a pipeline: write logs or logs/name`
    report({ code: 'wrong_value', place, message })
  } else if (OTHER_SIGNALS.has(type)) {
    const message = `Lacuna has no pipelines for ${type}: it reads logs`
    report({ code: 'wrong_value', place, message, suggestion: 'name it logs, or logs/name' })
  }
  const name = `service.pipelines.${id}`
  if (isFailed(value)) return undefined
  if (value.kind !== 'map' && !isNothing(value)) {
    report({
      code: 'wrong_value',
      place: value.place,
      message: `${quote(name)} must be a map, got ${nameOfKind(value)}`,
    })
    return undefined
  }
  const entries = value.kind === 'map' ? value.entries : new Map<string, Entry>()
  const meant = value.kind === 'map' ? onlyKeys(value, PIPELINE, name, report) : new Set()
  const lists = PIPELINE.map((section) => {
    const entry = entries.get(section)
    const list = ids(entry, `${name}.${section}`, section, defined, report)
    const nothing =
      entry === undefined ||
      isNothing(entry.value) ||
      (entry.value.kind === 'list' && list.length === 0 && entry.value.items.length === 0)
    if (nothing && section !== 'processors' && !meant.has(section))
      report({
        code: 'missing',
        place: entry === undefined ? place : entry.keyPlace,
        message: `the pipeline ${quote(id)} has no ${section}`,
        suggestion: hintFor(section, defined),
      })
    return list
  })
  const [receivers = [], processors = [], exporters = []] = lists
  return { id, receivers, processors, exporters }
}

function hintFor(section: Section, defined: DefinedBySection): string {
  const some = [...(defined.get(section)?.keys() ?? [])].slice(0, 5)
  return `add ${section}: [${some.length === 0 ? '...' : some.join(', ')}]`
}
