import { connectionOf } from '@lacuna/kafka-client'
import { describe, expect, it } from 'vitest'
import { config } from './config.ts'

const KEY = 'c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMzQ='
const STRING = `Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=listen;SharedAccessKey=${KEY}`
const EMULATOR =
  'Endpoint=sb://localhost;SharedAccessKeyName=Root;SharedAccessKey=x;UseDevelopmentEmulator=true;'

const connection = (given: object) => connectionOf(config.parse(given), 'event_hubs')

/** What the schema says against a configuration: `path: message`. */
function complaints(given: object): string[] {
  const { error } = config.safeParse(given)
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`)
}

describe('a connection string', () => {
  it('says host, port and hub, and is the password', () => {
    expect(connection({ connection_string: `${STRING};EntityPath=hub` })).toEqual({
      brokers: ['ns.servicebus.windows.net:9093'],
      ssl: {},
      sasl: { mechanism: 'plain', username: '$ConnectionString', password: `${STRING};EntityPath=hub` },
      topics: ['hub'],
    })
  })

  it('of the emulator connects without TLS to port 9092', () => {
    const { brokers, ssl } = connection({ connection_string: EMULATOR, topics: ['eh1'] })
    expect([brokers, ssl]).toEqual([['localhost:9092'], false])
  })

  it('is overridden by brokers, tls and topics', () => {
    const given = {
      connection_string: `${STRING};EntityPath=hub`,
      brokers: ['127.0.0.1:1'],
      tls: false,
      topics: ['x'],
    }
    expect(connection(given)).toMatchObject({ brokers: ['127.0.0.1:1'], ssl: false, topics: ['x'] })
  })

  it.each([
    ['nonsense', /no Endpoint=sb/],
    ['Endpoint=https://x/;SharedAccessKeyName=a;SharedAccessKey=b', /not of the form sb:\/\/HOST/],
    [`Endpoint=sb://ns/;SharedAccessKey=${KEY}`, /no SharedAccessKeyName/],
    ['Endpoint=sb://ns/;SharedAccessKeyName=a', /no SharedAccessKey=/],
    ['', /no Endpoint/],
  ])('that is none is refused without being shown: %s', (text, message) => {
    const said = complaints({ connection_string: text, topics: ['t'] })
    expect(said).toHaveLength(1)
    expect(said[0]).toMatch(message)
    expect(said[0]).not.toContain(KEY)
  })

  it('is a secret, printed and in the description of the schema', () => {
    expect(JSON.stringify(config.parse({ connection_string: STRING, topics: ['t'] }))).not.toContain(KEY)
  })
})

describe('the configuration', () => {
  const plain = { brokers: ['localhost:9092'], tls: false, topics: ['t'] }

  it('of the contract is taken as written', () => {
    const given = {
      brokers: ['127.0.0.1:9093'],
      sasl: { mechanism: 'plain', username: '$ConnectionString', password: 'p' },
      tls: { insecure_skip_verify: true, server_name: 'kafka.internal' },
      topics: ['openai'],
      group_id: 'lacuna',
    }
    expect(connection(given)).toMatchObject({
      ssl: { rejectUnauthorized: false, servername: 'kafka.internal' },
      sasl: { mechanism: 'plain', username: '$ConnectionString', password: 'p' },
    })
  })

  it('has TLS unless it is turned off', () => {
    expect(connection({ brokers: ['kafka:9093'], topics: ['t'] }).ssl).toEqual({})
  })

  it.each([
    [{ topics: ['t'] }, 'expected connection_string, or brokers'],
    [{ brokers: ['localhost:9092'], tls: false }, 'expected topics'],
    [{ connection_string: STRING }, 'expected topics: no EntityPath'],
    [{ ...plain, brokers: ['localhost'] }, 'brokers.0: expected host:port'],
    [{ ...plain, brokers: ['kafka:9092'] }, 'tls: without TLS, all that is sent to kafka:9092 can be read'],
    [{ ...plain, start_at: 'yesterday' }, 'start_at: expected earliest, latest or a time'],
    [{ ...plain, start_at: '2026-13-01T00:00:00Z' }, 'start_at: expected earliest, latest or a time'],
    [{ ...plain, rewind: 'all' }, 'rewind: expected auto, none or a duration'],
    [{ ...plain, topics: ['a b'] }, 'topics.0: expected the name of a topic'],
    [{ ...plain, tls: { cert_file: 'c.pem' } }, 'cert_file and key_file go together'],
    [
      {
        connection_string: STRING,
        topics: ['t'],
        sasl: { mechanism: 'plain', username: 'u', password: 'p' },
      },
      'sasl: the connection string says how to log in',
    ],
    [{ ...plain, sasl: { mechanism: 'oauthbearer' } }, 'expected either token_file or token_url'],
    [
      { ...plain, sasl: { mechanism: 'oauthbearer', token_url: 'https://login/t' } },
      'token_url needs client_id and client_secret',
    ],
    [
      {
        ...plain,
        sasl: { mechanism: 'oauthbearer', token_url: 'http://login/t', client_id: 'c', client_secret: 's' },
      },
      'http sends the client secret in clear',
    ],
  ])('is refused with a sentence: %j', (given, message) => {
    expect(complaints(given).join('\n')).toContain(message)
  })

  it('lets the operator say that clear text is all right', () => {
    expect(complaints({ ...plain, brokers: ['kafka:9092'], insecure: true })).toEqual([])
  })

  it('that names a file that is not there is told when it is built', () => {
    expect(() =>
      connection({ brokers: ['localhost:1'], tls: { ca_file: '/no/such' }, topics: ['t'] }),
    ).toThrow('event_hubs: the file /no/such that tls names cannot be read (ENOENT)')
  })
})
