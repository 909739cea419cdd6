import { configJsonSchema, loadAll, nearest } from '@lacuna/runtime'
import type { ComponentFactory } from '@lacuna/sdk'
import { components } from '../components.ts'
import { fill, optionsPage } from '../options-page.ts'
import { shareImports } from '../plugin-imports.ts'
import type { TextOutput } from '../text-output.ts'
import { UsageError } from '../usage-error.ts'

/** The options of `lacuna components`. */
export interface ComponentsOptions {
  readonly plugin?: readonly string[]
  readonly jsonSchema?: boolean
}

const KINDS = [
  ['receiver', 'Receivers'],
  ['processor', 'Processors'],
  ['exporter', 'Exporters'],
  ['extension', 'Extensions'],
] as const

/**
 * `lacuna components`: what there is, or the options of one type, or the JSON Schema of it all.
 *
 * @throws UsageError when there is no such type, ConfigError when a plugin cannot be loaded
 */
export async function showComponents(
  type: string | undefined,
  options: ComponentsOptions,
  stdout: TextOutput,
): Promise<void> {
  if (type !== undefined && options.jsonSchema === true)
    throw new UsageError('--json-schema is of the whole configuration: leave out the type')
  shareImports()
  const factories = await loadAll(components, { plugins: options.plugin ?? [] })
  const width = Math.min(stdout.columns ?? 100, 100)
  if (options.jsonSchema === true) stdout.write(`${JSON.stringify(configJsonSchema(factories), null, 2)}\n`)
  else if (type === undefined) stdout.write(listing(factories, width))
  else stdout.write(pages(type, factories, width))
}

function listing(factories: readonly ComponentFactory[], width: number): string {
  const column = Math.max(...factories.map((factory) => factory.type.length)) + 4
  const lines: string[] = []
  for (const [kind, title] of KINDS) {
    const own = factories.filter((factory) => factory.kind === kind)
    if (own.length === 0) continue
    lines.push(title)
    for (const { type, description } of own) {
      const [first = '', ...rest] = fill(description, ' '.repeat(column), width)
      lines.push(`  ${type}`.padEnd(column) + first.slice(column), ...rest)
    }
    lines.push('')
  }
  return `${lines.join('\n')}\nlacuna components <type> shows the options of one.\n`
}

/** A receiver and an exporter may share a type: both are shown. */
function pages(type: string, factories: readonly ComponentFactory[], width: number): string {
  const found = factories.filter((factory) => factory.type === type)
  if (found.length > 0) return found.map((factory) => optionsPage(factory, width)).join('\n')
  const types = factories.map((factory) => factory.type)
  const near = nearest(type, types)
  const hint = near === undefined ? `there are ${types.join(', ')}` : `did you mean "${near}"?`
  throw new UsageError(`there is no component "${type}"; ${hint}`)
}
