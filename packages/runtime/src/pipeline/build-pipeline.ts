import { silentLogger, systemClock } from '@lacuna/sdk'
import type { CheckedConfig } from '../config/checked-config.ts'
import { buildGraph } from './graph.ts'
import { createLifecycle } from './lifecycle.ts'
import type { BuildOptions, Pipeline } from './options.ts'

/**
 * Builds the pipelines of a configuration that has been checked. Nothing is started yet.
 *
 * Rejects with a `LacunaError` that has the component's id in front when a component cannot be made.
 *
 * @example
 * ```ts
 * const pipeline = await buildPipeline(await loadConfig(input), { components })
 * await pipeline.start()
 * ```
 */
export async function buildPipeline(config: CheckedConfig, options: BuildOptions = {}): Promise<Pipeline> {
  const { clock = systemClock, logger = silentLogger, random = Math.random } = options
  const graph = await buildGraph(config, { clock, logger, random, onProgress: options.onProgress })
  return createLifecycle(graph, { clock, logger, signal: options.signal })
}
