import { startBroker } from '../kafka/broker.ts'
import { createTopic, freshName } from '../kafka/topics.ts'
import { read } from './kafka-read.ts'
import type { Outcome } from './kafka-reader.ts'

// What an idle `event_hubs` receiver costs, against kafkajs alone with its timer fixed, all in one run on a real
// broker as Event Hubs has it: `node --conditions=source test/bench/kafka-idle.ts [seconds]`.

const SECONDS = Number(process.argv[2] ?? 30)
const PARTITIONS = 4

// The normal JVM: the quick one would take the processor from those that are measured.
const broker = await startBroker([])
try {
  const topic = freshName('quiet')
  await createTopic(broker, topic, PARTITIONS)
  const own = { topic, idleSeconds: SECONDS }
  const [plain, ours] = await Promise.all([read(broker, 'kafkajs', own), read(broker, 'event_hubs', own)])
  const share = ({ cpu, seconds }: Outcome) => `${((100 * cpu) / seconds).toFixed(2)} % of a core`
  process.stdout.write(
    `idle for ${SECONDS} s: kafkajs alone, timer fixed ${share(plain)}, event_hubs ${share(ours)}: ` +
      `${(ours.cpu / plain.cpu).toFixed(2)} times   (no more)\n`,
  )
} finally {
  await broker.stop()
}
