import { spawn } from 'node:child_process'
import path from 'node:path'
import type { Broker } from '../kafka/broker.ts'
import { freshName } from '../kafka/topics.ts'
import type { Outcome, Settings } from './kafka-reader.ts'

const reader = path.join(import.meta.dirname, 'kafka-reader.ts')

/** Milliseconds after which a reader has hung. */
const PATIENCE = 180_000

/** Runs one reader in a process of its own. */
export async function read(
  broker: Broker,
  what: 'kafkajs' | 'event_hubs',
  own: Pick<Settings, 'topic'> & Partial<Settings>,
): Promise<Outcome> {
  const settings: Settings = {
    broker: broker.sasl,
    caFile: broker.caFile,
    connectionString: broker.connectionString,
    group: freshName('bench'),
    records: 0,
    idleSeconds: 0,
    ...own,
  }
  const args = ['--conditions=source', reader, what, JSON.stringify(settings)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE)
  const code = await new Promise((resolve) => child.once('close', resolve))
  clearTimeout(late)
  if (code !== 0) throw new Error(`${what} ended with ${code}`)
  return JSON.parse(text)
}
