import { connect } from 'node:net'
import { defineExporter, defineReceiver, LogRecord, RetryableError } from '@lacuna/sdk'
import { z } from 'zod'

// What dead-exporter.ts runs in the process that it measures: a source that never ends, an exporter to a port
// where nobody listens, and a healthy neighbour.

const BATCH = 500
const SECOND = 1000

const flood = defineReceiver({
  type: 'flood',
  description: 'Records with thirty attributes, as fast as they are taken; tells its memory once a second.',
  config: z.strictObject({}),
  create(_, host) {
    const source = { id: 'flood', finite: false }
    let stopped = false
    let made = 0
    let position = 0
    const told = setInterval(() => {
      process.stdout.write(`${JSON.stringify({ rss: process.memoryUsage().rss, made })}\n`)
    }, SECOND)
    async function pour(): Promise<void> {
      while (!stopped) {
        const records = Array.from({ length: BATCH }, () => record(made++))
        await host.consume({ source, records, position: String(position++) })
        await new Promise(setImmediate)
      }
    }
    return {
      start() {
        host.sourceOpened(source)
        pour().catch(() => {})
      },
      stop() {
        stopped = true
        clearInterval(told)
      },
      safe() {},
    }
  },
})

function record(number: number): LogRecord {
  const attributes: Record<string, string | number> = {}
  for (let index = 0; index < 30; index++)
    attributes[`azure.open_ai.attribute_${index}`] = `${number}-${index}`
  return new LogRecord({ body: `record ${number}`, attributes })
}

const dead = defineExporter({
  type: 'dead',
  description: 'Connects to a port where nobody listens.',
  config: z.strictObject({ port: z.number().describe('The port.') }),
  create: ({ port }) => ({
    export: () =>
      new Promise((_, reject) => {
        connect(port, '127.0.0.1').once('error', (cause) => reject(new RetryableError('refused', { cause })))
      }),
  }),
})

const healthy = defineExporter({
  type: 'healthy',
  description: 'Takes everything.',
  config: z.strictObject({}),
  create: () => ({ export() {} }),
})

export default [flood, dead, healthy]
