import { buildPipeline, type CheckedConfig } from '@lacuna/runtime'
import { asConfigurationError } from '../build-error.ts'
import type { ConfigOptions } from '../config-options.ts'
import { readConfig } from '../read-config.ts'
import type { TextOutput } from '../text-output.ts'

/**
 * `lacuna validate`: all that `run` does before it starts anything.
 *
 * @throws ConfigError with every mistake in the configuration
 */
export async function validate(
  options: ConfigOptions,
  stdout: TextOutput,
  stderr: TextOutput,
): Promise<void> {
  const config = await readConfig(options, stderr)
  const pipeline = await asConfigurationError(buildPipeline(config))
  await pipeline.stop()
  stdout.write(`configuration is valid: ${describeConfig(config)}\n`)
}

/** `2 pipelines (logs, logs/archive), 5 components`. */
function describeConfig(config: CheckedConfig): string {
  const { receivers, processors, exporters, extensions } = config
  const ids = [...config.pipelines.keys()]
  const components = receivers.size + processors.size + exporters.size + extensions.size
  const named = `${ids.slice(0, 10).join(', ')}${ids.length > 10 ? ', …' : ''}`
  return `${counted(ids.length, 'pipeline')} (${named}), ${counted(components, 'component')}`
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
