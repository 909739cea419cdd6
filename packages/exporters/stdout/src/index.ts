import { defineExporter } from '@lacuna/sdk'
import { stdoutConfig } from './config.ts'
import { createStdoutExporter } from './stdout-exporter.ts'

export type { StdoutConfig } from './config.ts'
export { createStdoutExporter } from './stdout-exporter.ts'

/** The `stdout` exporter: alerts and records on standard output, for a person or for the next command. */
export default defineExporter({
  type: 'stdout',
  description: 'Writes alerts and records to standard output, one JSON object a line or made for a person.',
  config: stdoutConfig,
  // A slow reader is to push back for as long as it takes; half a line must not be written again.
  defaults: { timeout: 0 },
  create: (config, host) => createStdoutExporter(config, host, process.stdout),
})
