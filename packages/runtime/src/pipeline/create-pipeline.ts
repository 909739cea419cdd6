import { loadConfig } from '../config/index.ts'
import { buildPipeline } from './build-pipeline.ts'
import type { Pipeline, PipelineOptions } from './options.ts'

/**
 * Builds pipelines inside of another program. Nothing is started yet; no signal and no exit of the process is
 * touched.
 *
 * Rejects with a `ConfigError` that names every mistake in the configuration, or with a `LacunaError` when a
 * component cannot be made.
 *
 * @param config the configuration as a plain object, or as YAML text
 * @example
 * ```ts
 * const pipeline = await createPipeline(
 *   { receivers: { file: { include: ['logs.ndjson'] } }, exporters: { stdout: {} }, service: { pipelines: {
 *     logs: { receivers: ['file'], exporters: ['stdout'] } } } },
 *   { components: { receivers: { file: () => import('@lacuna/receiver-file') }, exporters: {
 *     stdout: () => import('@lacuna/exporter-stdout') } } },
 * )
 * await pipeline.start()
 * await pipeline.done
 * ```
 */
export async function createPipeline(config: unknown, options: PipelineOptions): Promise<Pipeline> {
  const { components, env = process.env, ...rest } = options
  const input =
    typeof config === 'string' ? { texts: [{ name: 'config', text: config }] } : { object: config }
  return buildPipeline(await loadConfig({ ...input, components, env }), rest)
}
