import { describe, expect, it } from 'vitest'
import { explain } from './explain.ts'
import { kafkaLog } from './kafka-log.ts'

describe('an error', () => {
  const setting = { brokers: ['ns:9093'], topics: ['hub'], groupId: 'g', connectionString: true }
  const named = (name: string, message: string, more: object = {}) =>
    Object.assign(new Error(message), { name }, more)

  it.each([
    ['TOPIC_AUTHORIZATION_FAILED', 'permission', 'these credentials may not read hub'],
    ['GROUP_AUTHORIZATION_FAILED', 'permission', 'may not use the consumer group g'],
    ['UNKNOWN_TOPIC_OR_PARTITION', 'topic', 'ns:9093 has no topic (event hub) hub'],
    ['UNKNOWN', 'other', 'reading from ns:9093 failed: said by the server'],
  ])('%s of the broker is told as %s', (type, kind, sentence) => {
    const error = new Error('outer', { cause: named('KafkaJSProtocolError', 'said by the server', { type }) })
    const told = explain(error, setting)
    expect(told.kind).toBe(kind)
    expect(told.sentence).toContain(sentence)
  })

  it('shows nothing that could play with a terminal, and no more than a line', () => {
    const { sentence } = explain(new Error(`\u001b[31mred\r\n${'x'.repeat(10_000)}`), setting)
    expect([...sentence].every((letter) => letter >= ' ')).toBe(true)
    expect(sentence.length).toBeLessThan(300)
  })

  it('may be anything', () => {
    for (const error of [undefined, null, 'text', 7, {}]) expect(explain(error, setting).kind).toBe('other')
  })
})

describe('trouble', () => {
  it('is heard in the log of kafkajs, but a rebalance is none', () => {
    const heard: string[] = []
    const hear = kafkaLog({
      logger: { debug() {}, info() {}, warn() {}, error() {} },
      onTrouble: (message) => heard.push(message),
      onOutOfRange: (topic, partition) => heard.push(`${topic} ${partition}`),
    })(1)
    const entry = (message: string, more: object = {}) =>
      hear({ namespace: '', level: 1, label: 'ERROR', log: { timestamp: '', message, ...more } } as never)
    entry('Connection error: read ECONNRESET')
    entry('Response Heartbeat(key: 12, version: 3)', {
      error: 'The group is rebalancing, so a rejoin is needed',
    })
    entry('Offset out of range, resetting to default offset', { topic: 't', partition: 3 })
    expect(heard).toEqual(['Connection error: read ECONNRESET', 't 3'])
  })
})
