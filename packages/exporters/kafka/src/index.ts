import { defineExporter } from '@lacuna/sdk'
import { kafkaConfig } from './config.ts'
import { createKafkaExporter } from './kafka-exporter.ts'

export type { KafkaConfig } from './config.ts'
export { createKafkaExporter } from './kafka-exporter.ts'

/**
 * The `kafka` exporter: records to a topic of Kafka or an event hub, those of one key in one partition.
 *
 * @example
 * ```yaml
 * exporters:
 *   kafka: { brokers: [127.0.0.1:9092], topic: mapped, key: azure.resource.name }
 * ```
 */
export default defineExporter({
  type: 'kafka',
  description: 'Writes records to Kafka or Azure Event Hubs, those of one key in order in one partition.',
  config: kafkaConfig,
  // What Microsoft recommends for a request to Event Hubs, which answers late when it throttles.
  defaults: { timeout: 60_000 },
  create: (config, host) => createKafkaExporter(config, host),
})
