import { expect, it, vi } from 'vitest'
import { slackServer } from '../../packages/exporters/slack/src/slack-server.fixture.ts'
import { describeKafka } from '../kafka/describe-kafka.ts'
import { committed, createTopic, freshName, produce } from '../kafka/topics.ts'
import {
  alertsOfTheDay,
  attributesOf,
  ends,
  endsRun,
  recordsOf,
  repositoryFile,
  SAMPLE_DAY,
  startSink,
} from './edges.fixture.ts'
import { expectBalanced, rowOf, start } from './run-lacuna.fixture.ts'

/** Under the 4 MiB that the broker takes at once. */
const LINES_A_MESSAGE_SET = 1000
const PATIENCE = { timeout: 60_000, interval: 100 }

describeKafka('configs/event-hubs.yaml against a real broker', (broker) => {
  it('tells the alerts of the sample day in Slack and over OTLP, and commits what it has read', {
    timeout: 120_000,
  }, async () => {
    const topic = freshName('insights-logs-requestresponse')
    await createTopic(broker(), topic)
    const lines = Object.values(SAMPLE_DAY).join('').trimEnd().split('\n')
    for (let at = 0; at < lines.length; at += LINES_A_MESSAGE_SET) {
      const some = lines.slice(at, at + LINES_A_MESSAGE_SET)
      await produce(
        broker(),
        topic,
        some.map((value) => ({ value })),
      )
    }
    const [sink, slack, expected] = await Promise.all([startSink(), slackServer(), alertsOfTheDay()])
    ends(slack)

    // The broker has a port and an authority of its own, and so has every test; the rest is the configuration's.
    const addresses = {
      'receivers.event_hubs.brokers': `[${broker().sasl}]`,
      'receivers.event_hubs.tls': `{ ca_file: ${broker().caFile} }`,
      'receivers.event_hubs.topics': `[${topic}]`,
      'extensions.health_check.endpoint': '127.0.0.1:0',
    }
    const running = endsRun(
      start({
        config: repositoryFile('configs/event-hubs.yaml'),
        args: Object.entries(addresses).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
        env: {
          EVENT_HUBS_CONNECTION_STRING: broker().connectionString,
          SLACK_WEBHOOK_URL: slack.webhookUrl,
          OTLP_ENDPOINT: sink.url,
        },
      }),
    )
    const names = [...new Set(expected.map(({ attributes }) => String(attributes['azure.resource.name'])))]
    await vi.waitFor(() => {
      expect(attributesOf(recordsOf(sink))).toEqual(attributesOf(expected))
      const told = JSON.stringify(slack.calls)
      for (const name of names) expect(told).toContain(name)
    }, PATIENCE)
    expect(names).toHaveLength(3)

    running.child.kill('SIGTERM')
    const ended = await running.ended
    expect(ended.code, ended.stderr).toBe(0)
    expectBalanced(ended)
    expect(rowOf(ended, 'event_hubs').in).toBeGreaterThanOrEqual(lines.length)
    expect(rowOf(ended, 'slack')).toMatchObject({ in: expected.length, dropped: {} })
    expect(await committed(broker(), 'lacuna-logs', topic)).toEqual([String(lines.length)])
    for (const secret of [broker().connectionString, slack.webhookUrl])
      expect(ended.stderr + ended.stdout).not.toContain(secret)
  })
})
