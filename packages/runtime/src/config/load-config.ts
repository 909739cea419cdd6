import { resolve } from 'node:path'
import type { ComponentFactory, ExporterFactory } from '@lacuna/sdk'
import { checkComponents, type DefinedBySection } from './check-components.ts'
import { checkService, type Wiring } from './check-service.ts'
import type { CheckedConfig, Components, Configured, ConfiguredExporter } from './checked-config.ts'
import { ConfigError, type Diagnostic, type Problem, type ProblemCode, toDiagnostics } from './diagnostics.ts'
import { createRegistry } from './factories.ts'
import { type Inputs, readLayers } from './inputs.ts'
import { KINDS, type Kind, type Section } from './kinds.ts'
import { merge } from './merge.ts'
import { commandPlugins, loadPlugins, pluginPaths } from './plugins.ts'
import { defaultSending } from './sending.ts'
import { beginning, newSource } from './source.ts'
import { substitute } from './substitute.ts'
import type { MapNode, Tree } from './tree.ts'

/** What a configuration is made of. What is absent counts as empty. */
export interface ConfigInput extends Inputs {
  /** YAML files in the order of merging; relative to `cwd`. */
  readonly files?: readonly string[]
  /** YAML texts, each with the name that errors call it by. Merged after the files. */
  readonly texts?: readonly { readonly name: string; readonly text: string }[]
  /** A configuration as a plain object. Merged after files and texts. */
  readonly object?: unknown
  /** `receivers.file.include=[a.ndjson]`. Merged last. */
  readonly set?: readonly string[]
  /** What `${env:NAME}` may name. Nothing is read from the process itself. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** What paths are relative to. The process's working directory when absent. */
  readonly cwd?: string
  readonly components: Components
  /** Modules with more components, beside those that the configuration itself names; relative to `cwd`. */
  readonly plugins?: readonly string[]
  /** Is told what is no mistake and still worth a look: a component that no pipeline uses. */
  readonly warn?: (diagnostic: Diagnostic) => void
}

/** What cannot be said while a part of the configuration is unknown. */
const NEEDS_ALL: ReadonlySet<ProblemCode> = new Set(['missing', 'undefined_component', 'unused'])

/**
 * Reads, merges and checks a configuration.
 *
 * @throws ConfigError with every mistake in it, ready for standard error
 * @example
 * ```ts
 * const config = await loadConfig({ files: ['lacuna.yaml'], env: process.env, components })
 * ```
 */
export async function loadConfig(input: ConfigInput): Promise<CheckedConfig> {
  const cwd = resolve(input.cwd ?? '.')
  const problems: Problem[] = []
  const report = (problem: Problem) => {
    problems.push(problem)
  }
  const registry = createRegistry(input.components)
  const layers = readLayers(input, cwd, report)
  const command = commandPlugins(input.plugins ?? [], cwd)

  const surroundings = { env: input.env ?? {}, cwd }
  const trees: Tree[] = []
  let merged: Tree | undefined
  for (const { tree } of layers) {
    if (tree === undefined) continue
    const substituted = substitute(tree, surroundings, report)
    trees.push(substituted)
    merged = merge(merged, substituted, report)
  }
  const sources = [...layers.map(({ source }) => source), ...command.map(({ place }) => place.source)]
  const top = sources[0] ?? newSource('object', 'config', '', cwd)
  if (layers.length === 0)
    report({ code: 'unreadable', place: beginning(top), message: 'no configuration was given' })

  const root: MapNode =
    merged?.kind === 'map' ? merged : { kind: 'map', entries: new Map(), place: beginning(top) }
  const named = pluginPaths(root.entries.get('plugins')?.value, report)
  await loadPlugins([...named, ...command], registry, report)
  const defined = await checkComponents(root, trees, registry, report)
  const wiring = checkService(root, beginning(top), defined, report)
  const used = usedBy(wiring)
  reportUnused(defined, used, report)

  const whole = !sources.some((source) => source.broken)
  // A plugin that did not load may have brought what now seems unknown.
  const plugins = !problems.some((problem) => problem.code === 'plugin')
  const told = problems.filter(
    ({ code }) => (whole || !NEEDS_ALL.has(code)) && (plugins || code !== 'unknown_type'),
  )
  const errors = told.filter(({ code }) => code !== 'unused')
  if (errors.length > 0) throw new ConfigError(toDiagnostics(errors, sources))
  for (const diagnostic of toDiagnostics(told, sources)) input.warn?.(diagnostic)
  return {
    receivers: pick(defined, 'receivers', 'receiver', used),
    processors: pick(defined, 'processors', 'processor', used),
    exporters: withSending(pick(defined, 'exporters', 'exporter', used), defined),
    extensions: pick(defined, 'extensions', 'extension', used),
    pipelines: wiring.pipelines,
  }
}

type Used = ReadonlyMap<Section, ReadonlySet<string>>

function usedBy({ pipelines, extensions }: Wiring): Used {
  const all = [...pipelines.values()]
  return new Map<Section, ReadonlySet<string>>([
    ['receivers', new Set(all.flatMap((pipeline) => pipeline.receivers))],
    ['processors', new Set(all.flatMap((pipeline) => pipeline.processors))],
    ['exporters', new Set(all.flatMap((pipeline) => pipeline.exporters))],
    ['extensions', new Set(extensions)],
  ])
}

function reportUnused(defined: DefinedBySection, used: Used, report: (problem: Problem) => void): void {
  for (const { section, kind } of KINDS) {
    for (const { id, keyPlace: place } of defined.get(section)?.values() ?? []) {
      if (used.get(section)?.has(id) === true) continue
      const by = section === 'extensions' ? 'service.extensions does not name it' : 'no pipeline uses it'
      report({ code: 'unused', place, message: `the ${kind} "${id}" does not run: ${by}` })
    }
  }
}

function pick<K extends Kind>(
  defined: DefinedBySection,
  section: Section,
  kind: K,
  used: Used,
): Map<string, Configured<Extract<ComponentFactory, { kind: K }>>> {
  const picked = new Map<string, Configured<Extract<ComponentFactory, { kind: K }>>>()
  for (const { id, factory, config } of defined.get(section)?.values() ?? [])
    if (factory !== undefined && isKind(factory, kind) && used.get(section)?.has(id) === true)
      picked.set(id, { id, factory, config })
  return picked
}

function withSending(
  exporters: ReadonlyMap<string, Configured<ExporterFactory>>,
  defined: DefinedBySection,
): Map<string, ConfiguredExporter> {
  const all = new Map<string, ConfiguredExporter>()
  for (const [id, exporter] of exporters) {
    const sending = defined.get('exporters')?.get(id)?.sending ?? defaultSending(exporter.factory)
    all.set(id, { ...exporter, sending })
  }
  return all
}

function isKind<K extends Kind>(
  factory: ComponentFactory,
  kind: K,
): factory is Extract<ComponentFactory, { kind: K }> {
  return factory.kind === kind
}
