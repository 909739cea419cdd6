import { fileURLToPath } from 'node:url'
import { watchLogs } from './service.ts'

const day = fileURLToPath(new URL('../../sample-data/sample/azure-openai-day.ndjson', import.meta.url))

// Signals are the program's own business: the library touches none.
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())

const pipeline = await watchLogs(
  [day],
  (alert) => {
    const status = String(alert.get('lacuna.alert.status')).padEnd(8)
    process.stdout.write(`${status} ${String(alert.body)}\n`)
  },
  stop.signal,
)
await pipeline.start()
await pipeline.done

const read = pipeline.counters().components.find(({ kind }) => kind === 'receiver')?.in ?? 0
process.stdout.write(`${read} records read\n`)
