import { encodeLogs, encodeLogsJson } from '@lacuna/otlp'
import { LogRecord } from '@lacuna/sdk'
import { manualClock, testLedger } from '@lacuna/sdk/testing'
import type { KafkaMessage } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import type { EventHubsConfig } from './config.ts'
import { toRecords } from './to-records.ts'

const message = (value: Uint8Array | string | null): KafkaMessage => ({
  key: null,
  value: value === null ? null : Buffer.from(value),
  timestamp: '0',
  attributes: 0,
  offset: '7',
  headers: {},
})

/** What becomes of messages in an encoding. */
function convert(
  encoding: EventHubsConfig['encoding'],
  messages: readonly KafkaMessage[],
  includeMetadata = false,
) {
  const ledger = testLedger()
  const complaints: string[] = []
  const records: LogRecord[] = []
  toRecords({
    clock: manualClock(),
    ledger,
    encoding,
    includeMetadata,
    unreadable() {},
    malformed: (topic, partition, count, reason) =>
      complaints.push(`${topic}/${partition} ${count} ${reason}`),
  }).add(records, 't', 3, messages, 0, messages.length)
  return { records, notes: ledger.notes, complaints }
}

const sent = [
  new LogRecord({ hrTime: [5, 6], body: 'a', attributes: { n: 2n ** 60n } }),
  new LogRecord({ hrTime: [7, 8], body: 'b', attributes: {} }),
]

describe('a message in OTLP', () => {
  it.each([
    ['otlp_proto', encodeLogs(sent)],
    ['otlp_json', encodeLogsJson(sent)],
  ] as const)('%s gives the records that are in it', (encoding, value) => {
    const { records, notes } = convert(encoding, [message(value), message(value)])
    expect(records.map(({ body, hrTime }) => [body, ...hrTime])).toEqual([
      ['a', 5, 6],
      ['b', 7, 8],
      ['a', 5, 6],
      ['b', 7, 8],
    ])
    expect(records[0]?.attributes).toEqual({ n: 2n ** 60n })
    expect(notes).toEqual({})
  })

  it('carries where it came from beside what it had, where that is asked for', () => {
    const { records } = convert('otlp_proto', [message(encodeLogs(sent))], true)
    expect(records[0]?.attributes).toMatchObject({ n: 2n ** 60n, 'messaging.kafka.offset': 7 })
  })

  it('that is none is counted and told, and its neighbours are read', () => {
    const { records, notes, complaints } = convert('otlp_proto', [
      message('{"records": []}'),
      message(encodeLogs(sent)),
      message(Uint8Array.of(0x0a, 0xff)),
      message(null),
      message(''),
    ])
    expect(records).toHaveLength(2)
    expect(notes).toEqual({ malformed_otlp: 2, tombstone: 1, empty_message: 1 })
    expect(complaints).toHaveLength(1)
    expect(complaints[0]).toMatch(/^t\/3 2 \w/)
  })
})
