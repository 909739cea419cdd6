import type { Message } from 'kafkajs'
import type { Broker } from './broker.ts'

let serial = 0

/** A name that no other test of this process has. */
export function freshName(prefix: string): string {
  return `${prefix}-${process.pid}-${++serial}`
}

/** Makes a topic. */
export async function createTopic(
  broker: Broker,
  topic: string,
  partitions = 1,
  settings: Readonly<Record<string, string>> = {},
): Promise<void> {
  const admin = broker.client.admin()
  await admin.connect()
  try {
    const configEntries = Object.entries(settings).map(([name, value]) => ({ name, value }))
    await admin.createTopics({
      topics: [{ topic, numPartitions: partitions, configEntries }],
      waitForLeaders: true,
    })
  } finally {
    await admin.disconnect()
  }
}

/** Writes messages in their order. */
export async function produce(broker: Broker, topic: string, messages: readonly Message[]): Promise<void> {
  const { Partitioners } = await import('kafkajs')
  const producer = broker.client.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  })
  await producer.connect()
  try {
    await producer.send({ topic, messages: [...messages] })
  } finally {
    await producer.disconnect()
  }
}

/** What a group has committed, by partition; `-1` where nothing. */
export async function committed(broker: Broker, groupId: string, topic: string): Promise<string[]> {
  const admin = broker.client.admin()
  await admin.connect()
  try {
    const [found] = await admin.fetchOffsets({ groupId, topics: [topic] })
    return (found?.partitions ?? []).sort((a, b) => a.partition - b.partition).map(({ offset }) => offset)
  } finally {
    await admin.disconnect()
  }
}
