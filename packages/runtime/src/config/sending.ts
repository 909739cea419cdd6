import { duration, type ExporterFactory, size } from '@lacuna/sdk'
import { z } from 'zod'

/** Milliseconds that a timer can wait, some 24 days. */
export const LONGEST = 2 ** 31 - 1
/** Longer than OTLP's own 10 s: a delivery that is ended too early comes twice. */
const TIMEOUT = 30_000

const time = () => duration().refine((millis) => millis <= LONGEST, 'a timer can wait 24 days at most')
const count = () => z.number().int().min(1)

const queue = z
  .strictObject({
    max_records: count().default(10_000).describe('Records that wait at most.'),
    max_bytes: size()
      .default(64 * 2 ** 20)
      .describe('What they take at most, estimated; 0 is no limit.'),
    overflow: z
      .enum(['block', 'drop_oldest', 'drop_newest'])
      .default('block')
      .describe('What happens when it is full: the pipelines wait, or records are dropped and counted.'),
    concurrency: count()
      .max(100)
      .default(1)
      .describe('Deliveries under way at once. More than 1 gives up the order of records.'),
  })
  .prefault({})
  .describe('Where records wait for this exporter.')

const batch = z
  .strictObject({
    max_records: count().default(1000).describe('Records in one delivery at most.'),
    max_bytes: size()
      .default(2 * 2 ** 20)
      .describe('Their size at most, estimated; a larger record goes alone; 0 is no limit.'),
    timeout: time()
      .default(0)
      .describe(
        'How long to wait for a full batch. At 0s a record is sent at once when nothing is under way.',
      ),
  })
  .prefault({})
  .describe('What is sent in one delivery.')

const retry = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Whether to try again what may be accepted later.'),
    initial_interval: time()
      .refine((millis) => millis >= 1, 'it must be at least 1ms')
      .default(1000)
      .describe('The first wait at most; each later one at most twice the one before.'),
    max_interval: time()
      .refine((millis) => millis >= 1, 'it must be at least 1ms')
      .default(30_000)
      .describe('Any wait at most, unless the other side asks for more.'),
    max_elapsed_time: time()
      .default(300_000)
      .describe('How long after the first try it is given up; 0s is never.'),
  })
  .prefault({})
  .describe('What happens when a delivery fails and may succeed later.')

/**
 * The options that every exporter has beside its own, checked by the runtime.
 *
 * @param timeout milliseconds that one try may take, unless the configuration says otherwise
 */
function sendingSchema(timeout: number) {
  return z.strictObject({
    sending_queue: queue,
    batch,
    retry_on_failure: retry,
    timeout: time()
      .default(timeout)
      .describe('How long one try may take before it is ended and counts as failed; 0s is no limit.'),
  })
}

const schemas = new Map<number, ReturnType<typeof sendingSchema>>()

/** What {@link sendingSchemaOf} gives: durations in milliseconds, sizes in bytes. */
export type SendingConfig = z.output<ReturnType<typeof sendingSchema>>

/** The schema with the defaults that the exporter declares. */
export function sendingSchemaOf(factory: Pick<ExporterFactory, 'defaults'>) {
  const timeout = factory.defaults?.timeout ?? TIMEOUT
  const schema = schemas.get(timeout) ?? sendingSchema(timeout)
  schemas.set(timeout, schema)
  return schema
}

/** The names of these options. */
export const SENDING_KEYS: readonly string[] = Object.keys(sendingSchema(TIMEOUT).shape)

/** Whether a name is one of theirs. */
export const isSendingKey = (key: string): boolean => SENDING_KEYS.includes(key)

/** What holds when a configuration says nothing. */
export function defaultSending(factory: Pick<ExporterFactory, 'defaults'> = {}): SendingConfig {
  return sendingSchemaOf(factory).parse({})
}
