import { defineReceiver } from '@lacuna/sdk'
import { config } from './config.ts'
import { eventHubsReceiver } from './event-hubs-receiver.ts'

export type { EventHubsConfig } from './config.ts'

/**
 * The `event_hubs` receiver: reads Azure Event Hubs through its Kafka endpoint, or any Kafka; each message is a
 * record whose body is the message's text, each partition a source.
 *
 * @example
 * ```yaml
 * receivers:
 *   event_hubs:
 *     connection_string: ${env:EVENT_HUBS_CONNECTION_STRING}
 *     topics: [insights-logs-requestresponse]
 * ```
 */
export default defineReceiver({
  type: 'event_hubs',
  description: 'Reads Azure Event Hubs, or any Kafka; each message is a record, each partition a source.',
  config,
  create: (settings, host) => eventHubsReceiver(settings, host),
})
