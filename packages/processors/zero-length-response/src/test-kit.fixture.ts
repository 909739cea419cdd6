import type { Attributes, Batch, HrTime } from '@lacuna/sdk'
import { LogRecord } from '@lacuna/sdk'
import { testHost } from '@lacuna/sdk/testing'
import factory from './index.ts'

/** 10:00 on a day long past, in seconds. */
const TEN = Date.UTC(2026, 8, 14, 10) / 1000

/** A call that came back empty, so many minutes after ten, as `field_mapping` leaves it. */
export function emptyAnswer(minutes: number, more: Attributes = {}): LogRecord {
  const hrTime: HrTime = [TEN + minutes * 60, 0]
  return new LogRecord({
    hrTime,
    attributes: {
      'azure.open_ai.category': 'RequestResponse',
      'azure.open_ai.operation_name': 'ChatCompletions_Create',
      'azure.open_ai.result_signature': '200',
      'azure.open_ai.correlation_id': `call ${minutes}`,
      'azure.open_ai.caller_ip_address': '203.0.113.***',
      'azure.open_ai.properties.response_length': 0,
      'azure.open_ai.properties.request_length': 100 + minutes,
      'azure.open_ai.properties.object_id': 'account',
      'azure.resource.name': 'contoso-chat',
      ...more,
    },
  })
}

/** A processor with this configuration, a year after the records. */
export function detector(config: object = {}) {
  const host = testHost({ id: 'zero_length_response' })
  const processor = factory.create(factory.config.parse(config), host)
  processor.tick?.({ now: [TEN + 365 * 86_400, 0], elapsed: 0 })
  return { host, processor }
}

/** Records of one finite source. */
export function batch(records: LogRecord[]): Batch {
  return { source: { id: 'file:test', finite: true }, records }
}

/** All that comes out of a finite input of these records. */
export function alertsOf(records: LogRecord[], config: object = {}): LogRecord[] {
  const { processor } = detector(config)
  const { source } = batch([])
  processor.sourceOpened?.(source)
  const out = processor.process(batch(records))
  if (!Array.isArray(out)) throw new Error('the detector is synchronous')
  return [...out, ...(processor.sourceClosed?.(source, 'ended') ?? []), ...(processor.flush?.() ?? [])]
}

/** So many empty answers, a minute apart. */
export function burst(count: number, more: Attributes = {}): LogRecord[] {
  return Array.from({ length: count }, (_, minute) => emptyAnswer(minute, more))
}
