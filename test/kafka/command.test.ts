import { once } from 'node:events'
import { expect, it } from 'vitest'
import { burst, emptyAnswer, properties } from '../e2e/records.fixture.ts'
import { type Ended, expectBalanced, opened, rowOf, start } from '../e2e/run-lacuna.fixture.ts'
import type { Broker } from './broker.ts'
import { describeKafka } from './describe-kafka.ts'
import { until } from './reading.fixture.ts'
import { committed, createTopic, freshName, produce } from './topics.ts'

const MINUTE = 60_000
const STRING = 'EVENT_HUBS_CONNECTION_STRING'

function configOf(broker: Broker, topic: string, more = ''): string {
  return `receivers:
  event_hubs:
    connection_string: \${env:${STRING}}
    brokers: [${broker.sasl}]
    tls: { ca_file: ${broker.caFile} }
    topics: [${topic}]${more}
processors: { field_mapping: { preset: azure_openai }, zero_length_response: }
exporters: { stdout: { format: json } }
service: { pipelines: { logs/${topic}: { receivers: [event_hubs], processors: [field_mapping, zero_length_response], exporters: [stdout] } } }
`
}

describeKafka('the command on a real Kafka', (broker) => {
  const envelope = (lines: readonly string[]) => `{"records":[${lines.join(',')}]}`

  /** Runs the command until standard output holds a text, and then as long as something takes; ends it. */
  async function runUntil(
    config: string,
    text: string,
    meanwhile: () => Promise<unknown> = async () => {},
    signal: NodeJS.Signals = 'SIGTERM',
  ): Promise<Ended> {
    const { child, ended } = start({ config, env: { [STRING]: broker().connectionString } })
    let out = ''
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk
    })
    await Promise.race([
      // After a crash the group waits half a minute for the member that is gone.
      until(() => out.includes(text), text, 90_000),
      ended.then(({ stderr }) => Promise.reject(new Error(`it ended before ${text}: ${stderr}`))),
    ])
    await meanwhile()
    child.kill(signal)
    return ended
  }

  it('alerts, passes over poison, commits as lacuna-PIPELINE, and does not open again what it reads again', async () => {
    const topic = freshName('alerts')
    const group = `lacuna-logs-${topic}`
    await createTopic(broker(), topic)
    const now = Date.now()
    const values = [
      envelope(burst('one', now - 10 * MINUTE)),
      '{"records":[{"poison": ',
      envelope(burst('two', now - 9 * MINUTE)),
    ]
    await produce(
      broker(),
      topic,
      values.map((value) => ({ value, timestamp: String(now - 8 * MINUTE) })),
    )
    const config = configOf(broker(), topic)
    const position = (offset: string) => async () =>
      until(async () => (await committed(broker(), group, topic))[0] === offset, `the position ${offset}`)
    const first = await runUntil(config, '"two"', position('3'))
    expect(first.code).toBe(0)
    expect(opened(first)).toEqual(['one', 'two'])
    expect(rowOf(first, 'field_mapping')).toMatchObject({ in: 3, dropped: { invalid_json: 1 } })
    expectBalanced(first)

    // Half of the next burst, and a crash: the other half finds the count that is read again.
    await produce(broker(), topic, [{ value: envelope(burst('three', now - 7 * MINUTE, 5)) }])
    const marker = JSON.stringify(emptyAnswer('x', now - 6 * MINUTE, { properties: properties(7) }))
    await produce(broker(), topic, [{ value: marker }])
    const all = config.replace('zero_length_response:', 'zero_length_response: { emit: all }')
    await runUntil(all, '"x"', position('5'), 'SIGKILL')
    await produce(broker(), topic, [{ value: envelope(burst('three', now - 5 * MINUTE, 5)) }])
    const last = await runUntil(config, '"three"', position('6'))
    expect(opened(last)).toEqual(['three'])
  }, 180_000)

  it('ends with 1 when the credentials are refused for startup_timeout, and shows none of them', async () => {
    const key = 'bm90IHRoZSByaWdodCBrZXkgYXQgYWxsIDEyMzQ1Njc='
    const { child, ended } = start({
      config: configOf(broker(), 'any', '\n    startup_timeout: 2s'),
      env: { [STRING]: `Endpoint=sb://localhost/;SharedAccessKeyName=listen;SharedAccessKey=${key}` },
    })
    const begun = performance.now()
    await once(child, 'close')
    const { code, stdout, stderr } = await ended
    expect(code).toBe(1)
    expect(performance.now() - begun).toBeGreaterThan(2000)
    expect(stderr).toMatch(
      /event_hubs: localhost:\d+ refused the credentials; check that the key in connection_string/,
    )
    expect(stdout + stderr).not.toContain(key)
  }, 60_000)
})
