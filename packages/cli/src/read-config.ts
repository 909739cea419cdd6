import { type CheckedConfig, formatDiagnostics, loadConfig } from '@lacuna/runtime'
import { components } from './components.ts'
import type { ConfigOptions } from './config-options.ts'
import { shareImports } from './plugin-imports.ts'
import type { TextOutput } from './text-output.ts'
import { UsageError } from './usage-error.ts'

/**
 * Reads and checks the configuration of `run` and `validate`. What is no mistake and still worth a look goes to
 * `stderr`.
 *
 * @throws UsageError when none is named, ConfigError with every mistake in it
 */
export async function readConfig(options: ConfigOptions, stderr: TextOutput): Promise<CheckedConfig> {
  if (options.config === undefined)
    throw new UsageError('there is no configuration to read: name one, as in --config lacuna.yaml')
  shareImports()
  return loadConfig({
    files: options.config,
    set: options.set ?? [],
    plugins: options.plugin ?? [],
    env: process.env,
    components,
    warn: (diagnostic) => void stderr.write(`${formatDiagnostics([diagnostic])}\n`),
  })
}
