import { resolve } from 'node:path'
import type { ComponentFactory } from '@lacuna/sdk'
import type { Components } from './checked-config.ts'
import { ConfigError, type Problem, toDiagnostics } from './diagnostics.ts'
import { createRegistry, everyFactory } from './factories.ts'
import { commandPlugins, loadPlugins } from './plugins.ts'

/**
 * Every factory there is, those of plugins included: for `lacuna components` and the editor's schema.
 *
 * @throws ConfigError when a plugin cannot be loaded
 * @throws Error when a component of the program's own cannot be
 */
export async function loadAll(
  components: Components,
  options: { readonly plugins?: readonly string[]; readonly cwd?: string } = {},
): Promise<ComponentFactory[]> {
  const problems: Problem[] = []
  const registry = createRegistry(components)
  const paths = commandPlugins(options.plugins ?? [], resolve(options.cwd ?? '.'))
  await loadPlugins(paths, registry, (problem) => problems.push(problem))
  if (problems.length > 0)
    throw new ConfigError(
      toDiagnostics(
        problems,
        paths.map(({ place }) => place.source),
      ),
    )
  const { factories, errors } = await everyFactory(registry)
  if (errors.length > 0) throw new Error(errors.join('\n'))
  return factories
}
