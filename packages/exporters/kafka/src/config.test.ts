import { connectionOf } from '@lacuna/kafka-client'
import { describe, expect, it } from 'vitest'
import { kafkaConfig, settingsOf } from './config.ts'

const STRING = 'Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=a2V5'

/** What the schema says against a configuration: `path: message`. */
function complaints(given: object): string[] {
  const { error } = kafkaConfig.safeParse(given)
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`)
}

const connection = (given: object) => connectionOf(settingsOf(kafkaConfig.parse(given)), 'kafka')

describe('the configuration', () => {
  it('needs a place, a topic, and by habit a key', () => {
    const config = kafkaConfig.parse({
      brokers: ['127.0.0.1:9092'],
      topic: 'mapped',
      key: 'azure.resource.name',
    })
    expect(config).toMatchObject({
      encoding: 'otlp_proto',
      compression: 'gzip',
      idempotent: true,
      headers: {},
    })
    expect(complaints({ topic: 'mapped' })).toEqual([': expected connection_string, or brokers'])
    expect(complaints({ brokers: ['127.0.0.1:9092'] })).toEqual([
      ': expected topic: no EntityPath of a connection string names the hub',
    ])
  })

  it('takes the hub of the connection string', () => {
    expect(connection({ connection_string: `${STRING};EntityPath=mapped` })).toMatchObject({
      brokers: ['ns.servicebus.windows.net:9093'],
      topics: ['mapped'],
      ssl: {},
    })
  })

  it('connects without TLS to this machine alone, and only where there is no log-in', () => {
    const at = (broker: string, more: object = {}) =>
      connection({ brokers: [broker], topic: 't', ...more }).ssl
    expect([at('127.0.0.1:9092'), at('localhost:9092')]).toEqual([false, false])
    expect([at('kafka.example.com:9092'), at('127.0.0.1:9092', { tls: {} })]).toEqual([{}, {}])
    const sasl = { mechanism: 'plain', username: 'u', password: 'p' }
    expect(at('127.0.0.1:9093', { sasl })).toEqual({})
    expect(complaints({ brokers: ['kafka.example.com:9092'], topic: 't', tls: false })).toHaveLength(1)
  })

  it('says what is wrong with a key or a condition', () => {
    const said = complaints({ brokers: ['127.0.0.1:9092'], topic: 't', key: 'LENGHT(a)', where: 'a ==' })
    expect(said.map((each) => each.split(':')[0])).toEqual(['key', 'where'])
    expect(said[0]).toContain('unknown function LENGHT')
  })

  it('keeps the size of a batch within reason', () => {
    expect(complaints({ brokers: ['127.0.0.1:9092'], topic: 't', max_message_size: 10 })).toHaveLength(1)
    expect(
      kafkaConfig.parse({ brokers: ['a:1'], topic: 't', max_message_size: '4MiB' }).max_message_size,
    ).toBe(4 * 2 ** 20)
  })
})
