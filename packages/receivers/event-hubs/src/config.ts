import { checkConnection, connectionFields } from '@lacuna/kafka-client'
import { duration, parseDuration } from '@lacuna/sdk'
import { z } from 'zod'

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/

const { topic, ...connection } = connectionFields('listen')

const startAt = z
  .string()
  .refine(
    (text) =>
      text === 'earliest' || text === 'latest' || (TIMESTAMP.test(text) && !Number.isNaN(Date.parse(text))),
    'expected earliest, latest or a time such as 2026-09-14T10:00:00Z',
  )
  .default('earliest')
  .describe('Where a group that has committed nothing begins: `earliest`, `latest` or a time (RFC 3339).')

const rewind = z
  .string()
  .refine(
    (text) => text === 'auto' || text === 'none' || parseDuration(text) !== undefined,
    'expected auto, none or a duration such as 90m',
  )
  .default('auto')
  .describe(
    'How far before its committed position a newly assigned partition is read again, to rebuild what detectors hold: `auto` is the lookback of the pipelines.',
  )

export const config = z
  .strictObject({
    ...connection,
    topics: z
      .array(topic)
      .min(1, 'expected at least one topic')
      .describe('Topics (event hubs) to read; defaults to the `EntityPath` of the connection string.')
      .optional(),
    group_id: z
      .string()
      .min(1)
      .max(249)
      .describe(
        'Consumer group; defaults to `lacuna-<pipeline>`: `logs/azure` gives `lacuna-logs-azure`, several are joined by `-`.',
      )
      .optional(),
    start_at: startAt,
    rewind,
    encoding: z
      .enum(['text', 'otlp_proto', 'otlp_json'])
      .default('text')
      .describe(
        'What a message holds: text, which becomes the body of one record, or records in OTLP, as the `kafka` exporter or a Collector writes them.',
      ),
    include_metadata: z
      .boolean()
      .default(false)
      .describe('Whether records carry topic, partition, offset, key and headers as attributes.'),
    startup_timeout: duration()
      .prefault('30s')
      .describe('How long wrong credentials are tried at start-up before the process ends with 1.'),
  })
  .superRefine((config, context) =>
    checkConnection(config, 'topics', (message, path) =>
      context.addIssue({ code: 'custom', message, ...(path === undefined ? {} : { path: [path] }) }),
    ),
  )

/** The receiver's configuration, checked and with its defaults. */
export type EventHubsConfig = z.output<typeof config>
