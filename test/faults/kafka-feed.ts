import { setTimeout as wait } from 'node:timers/promises'
import type { Producer } from 'kafkajs'
import type { Random } from '../../examples/sample-data/src/random.ts'
import type { Broker } from '../kafka/broker.ts'
import { createTopic, freshName } from '../kafka/topics.ts'
import type { Feed } from './feed.ts'
import type { Input } from './input.ts'
import { createLanes } from './lanes.ts'
import { leaveGroup } from './leave-group.ts'

/** How the topic is written. */
export interface KafkaFeedOptions {
  readonly broker: Broker
  readonly input: Input
  readonly random: Random
  /** Milliseconds that a part of the input takes. */
  readonly durations: readonly number[]
}

/** Writes a topic with a partition for each source, in order, and again until the broker says that it has it. */
export async function kafkaFeed({ broker, input, random, durations }: KafkaFeedOptions): Promise<Feed> {
  const topic = freshName('faults')
  const group = `${topic}-group`
  await createTopic(broker, topic, input.sources.length)
  const { Partitioners } = await import('kafkajs')
  let producer: Producer | undefined

  async function send(partition: number, lines: readonly string[]): Promise<void> {
    for (;;) {
      try {
        if (producer === undefined) {
          producer = broker.client.producer({
            createPartitioner: Partitioners.DefaultPartitioner,
            allowAutoTopicCreation: false,
            retry: { retries: 2 },
          })
          await producer.connect()
        }
        await producer.send({ topic, messages: lines.map((value) => ({ value, partition })) })
        return
      } catch {
        // The broker is gone, or answers nothing. What it has written after all is written twice, as Azure does.
        await producer?.disconnect().catch(() => {})
        producer = undefined
        await wait(100)
      }
    }
  }

  const partitions = input.sources.map((lines, partition) => ({
    at: 0,
    length: lines.length,
    write: (from: number, to: number) => send(partition, lines.slice(from, to)),
  }))
  return {
    receiver: 'event_hubs',
    receivers: `  event_hubs:
    brokers: ["${broker.plain}"]
    tls: false
    topics: [${topic}]
    group_id: ${group}
`,
    units: input.sources.reduce((sum, lines) => sum + lines.length, 0),
    advance: createLanes(partitions, { random, durations }),
    // A dead member keeps its partitions for the 30 s of its session. Here, as an operator would, it is put out.
    afterKill: () => leaveGroup(broker, group),
    async close() {
      await producer?.disconnect().catch(() => {})
    },
  }
}
