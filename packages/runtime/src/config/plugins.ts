import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Report } from './diagnostics.ts'
import { firstLine, type Registry } from './factories.ts'
import { reason } from './read.ts'
import { beginning, newSource, type Place } from './source.ts'
import { nameOfKind, type Tree } from './tree.ts'
import { quote } from './visible.ts'

/** A module with components, and where it was named. */
export interface PluginPath {
  readonly path: string
  readonly place: Place
  /** Its path is told in errors unless it came from the environment. */
  readonly shown: boolean
}

/** The paths of a configuration's `plugins:`; they are relative to the file that names them. */
export function pluginPaths(tree: Tree | undefined, report: Report): PluginPath[] {
  if (tree === undefined || (tree.kind === 'scalar' && (tree.bare === true || tree.failed === true)))
    return []
  if (tree.kind !== 'list') {
    const message = `"plugins" wants a list of paths, got ${nameOfKind(tree)}`
    report({ code: 'wrong_value', place: tree.place, message, suggestion: 'write plugins: [./plugin.ts]' })
    return []
  }
  const paths: PluginPath[] = []
  for (const item of tree.items) {
    if (item.kind === 'scalar' && typeof item.value === 'string' && item.value !== '') {
      const path = resolve(item.place.source.directory, item.value)
      paths.push({ path, place: item.place, shown: item.substituted === undefined })
    } else if (item.kind !== 'scalar' || item.failed !== true) {
      report({
        code: 'wrong_value',
        place: item.place,
        message: `a plugin is a path, got ${nameOfKind(item)}`,
      })
    }
  }
  return paths
}

/** `--plugin`: named by no file, so an error begins with the option itself. */
export function commandPlugins(paths: readonly string[], cwd: string): PluginPath[] {
  return paths.map((path) => {
    const source = newSource('set', `--plugin ${path}`, '', cwd)
    return { path: resolve(cwd, path), place: beginning(source), shown: true }
  })
}

/** Loads the modules and adds what each one's default export is: a factory, or a list of them. */
export async function loadPlugins(
  paths: readonly PluginPath[],
  registry: Registry,
  report: Report,
): Promise<void> {
  const loaded = new Set<string>()
  for (const { path, place, shown } of paths) {
    if (loaded.has(path)) continue
    loaded.add(path)
    const name = shown ? `plugin ${quote(path)}` : 'this plugin'
    for (const error of await load(path, registry))
      report({ code: 'plugin', place, message: `${name}: ${error}` })
  }
}

async function load(path: string, registry: Registry): Promise<string[]> {
  let module: { default?: unknown }
  try {
    // Said before the import, which names a missing file in many words.
    if (!statSync(path).isFile()) return ['it is not a file']
    module = await import(pathToFileURL(path).href)
  } catch (error) {
    return [
      `it cannot be loaded: ${error instanceof Error && 'syscall' in error ? reason(error) : firstLine(error)}`,
    ]
  }
  const { default: exported } = module
  if (exported === undefined) return ['it has no default export; export a component or a list of components']
  const factories: unknown[] = Array.isArray(exported) ? exported : [exported]
  return factories.map((factory) => registry.add(factory)).filter((error) => error !== undefined)
}
