import { Partitioners } from 'kafkajs'
import { bulk } from '../../examples/sample-data/src/bulk.ts'
import type { Broker } from '../kafka/broker.ts'
import { createTopic } from '../kafka/topics.ts'

const ENVELOPE = 100
const MESSAGES_A_REQUEST = 20
/** Empty answers that make an alert, by the rule's default. */
const THRESHOLD = 10

/**
 * Makes a topic of envelopes as Azure Monitor sends them. Each partition begins with a burst of empty answers of an
 * account `begin-N` and ends with one of `end-N`, so that the alerts tell from outside when reading began and ended.
 *
 * @returns how many records there are in all
 */
export async function fillTopic(
  broker: Broker,
  topic: string,
  records: number,
  partitions: number,
): Promise<number> {
  await createTopic(broker, topic, partitions)
  const producer = broker.client.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  let messages: { value: string; partition: number }[] = []
  const send = async () => {
    await producer.send({ topic, messages })
    messages = []
  }
  const mark = async (name: string, line: string) => {
    for (let partition = 0; partition < partitions; partition++)
      messages.push({ value: envelopeOf(burst(`${name}-${partition}`, line)), partition })
    await send()
  }
  let lines: string[] = []
  let last = ''
  let at = 0
  for (const chunk of bulk({ seed: 1, records, groups: 20 }))
    for (const line of chunk.split('\n')) {
      if (line === '') continue
      if (last === '') await mark('begin', line)
      last = line
      lines.push(line)
      if (lines.length < ENVELOPE) continue
      messages.push({ value: envelopeOf(lines), partition: at++ % partitions })
      lines = []
      if (messages.length === MESSAGES_A_REQUEST) await send()
    }
  if (lines.length > 0) messages.push({ value: envelopeOf(lines), partition: at % partitions })
  if (messages.length > 0) await send()
  await mark('end', last)
  await producer.disconnect()
  return records + 2 * partitions * THRESHOLD
}

function envelopeOf(lines: readonly string[]): string {
  return `{"records":[${lines.join(',')}]}`
}

/** Empty answers of one account at the time of a record. */
function burst(account: string, line: string): string[] {
  return Array.from({ length: THRESHOLD }, (_, number) => {
    const record = JSON.parse(line)
    const properties = JSON.stringify({ ...JSON.parse(record.properties), responseLength: 0 })
    return JSON.stringify({
      ...record,
      operationName: 'ChatCompletions_Create',
      resultSignature: '200',
      correlationId: `${account}-${number}`,
      resourceId: record.resourceId.replace(/[^/]+$/, account.toUpperCase()),
      properties,
    })
  })
}
