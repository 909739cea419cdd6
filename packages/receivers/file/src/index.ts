import { defineReceiver } from '@lacuna/sdk'
import { config } from './config.ts'
import { fileReceiver } from './file-receiver.ts'

export type { FileConfig } from './config.ts'

/**
 * The `file` receiver: reads log files line by line, once, each line a record whose body is the line.
 *
 * @example
 * ```yaml
 * receivers:
 *   file:
 *     include: [logs/*.ndjson, archive/*.ndjson.gz]
 * ```
 */
export default defineReceiver({
  type: 'file',
  description: 'Reads log files, gzip files or standard input line by line; each line is a record.',
  config,
  create: (settings, host) => fileReceiver(settings, host),
})
