import type { LogRecord } from '@lacuna/sdk'
import { exporterConformance } from '@lacuna/sdk/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { alert, episode } from './alert.fixture.ts'
import { eagerClock } from './clock.fixture.ts'
import slack from './index.ts'
import { render } from './render.fixture.ts'
import { answers, type SlackServer, slackServer } from './slack-server.fixture.ts'
import { webhook } from './test-kit.fixture.ts'

let server: SlackServer
beforeEach(async () => {
  server = await slackServer()
})
afterEach(() => server.close())

const many = (count: number): LogRecord[] => Array.from({ length: count }, (_, place) => episode(`e${place}`))
const headers = () => server.calls.map((call) => render(call).split('\n')[0])

describe('the slack exporter with a webhook', () => {
  describe('conformance', () => {
    const config = { webhook_url: 'https://hooks.slack.com/services/x' }
    const create: Parameters<typeof exporterConformance>[0]['create'] = (host) => {
      server.calls.length = 0
      return slack.create(slack.config.parse({ webhook_url: server.webhookUrl }), {
        ...host,
        clock: eagerClock(),
      })
    }
    const checks = exporterConformance({
      factory: slack,
      config,
      create,
      records: () => many(3),
      delivered: () => server.messages.size,
    })
    for (const check of checks) it(check.name, check.run)
  })

  it('posts an alert as a message', async () => {
    await webhook(server).send([alert()])
    expect(headers()).toEqual(['# 🔵 LOW · Azure OpenAI Insecure Output Handling'])
    expect(server.calls[0]).toMatchObject({ unfurl_links: false, unfurl_media: false, mrkdwn: false })
    expect(server.calls[0]?.text).toMatch(
      /^🔵 LOW · Azure OpenAI Insecure Output Handling – contoso-support-chat/,
    )
  })

  it('posts alerts alone unless the condition says otherwise, and says how many were not chosen', async () => {
    const log = alert()
    log.eventName = 'other'
    const { send, host } = webhook(server)
    await send([log, alert(), log])
    expect(server.calls).toHaveLength(1)
    expect(host.ledger.notes).toEqual({ not_chosen: 2 })
    await webhook(server, { where: 'event_name == "other"' }).send([log, alert()])
    expect(headers()[1]).toBe('# 🔵 LOW · other')
  })

  it('posts the end of an episode as a message of its own', async () => {
    await webhook(server).send([episode('a'), episode('a', 'resolved')])
    expect(headers()).toEqual([
      '# 🔵 LOW · Azure OpenAI Insecure Output Handling',
      '# ✅ RESOLVED · was LOW · Azure OpenAI Insecure Output Handling',
    ])
  })

  it('makes one message of a storm, with a line for each alert', async () => {
    await webhook(server).send(many(12))
    expect(server.calls).toHaveLength(1)
    const [call] = server.calls
    if (call === undefined) throw new Error('nothing was posted')
    const lines = render(call).split('\n')
    expect(lines[0]).toBe('# 🔵 LOW · 12 alerts at once')
    expect(lines.slice(2)).toHaveLength(12)
    expect(lines[2]).toBe(
      '🔵 LOW `resource-e0` *10 of 28* (36 %), threshold 10 · Azure OpenAI Insecure Output Handling',
    )
  })

  it('makes one message of what came while the channel was busy', async () => {
    const { send, host } = webhook(server, { group_above: 2 })
    const first = send([episode('a')])
    await expect.poll(() => server.calls.length).toBe(1)
    await Promise.all([first, send([episode('b')]), send([episode('c')]), send([episode('d')])])
    expect(headers()).toEqual([
      // The first left at once; the others waited for the next turn.
      '# 🔵 LOW · Azure OpenAI Insecure Output Handling',
      '# 🔵 LOW · 3 alerts at once',
    ])
    expect(host.ledger.notes).toEqual({})
  })

  it('does not tell an update that is overtaken while it waits', async () => {
    const { send, host } = webhook(server)
    await send([episode('a'), episode('a', 'update'), episode('a', 'update'), episode('a', 'resolved')])
    expect(headers()).toHaveLength(2)
    expect(host.ledger.notes).toEqual({ superseded: 2 })
  })

  it('mentions whom the severity calls for, when an alert opens and only then', async () => {
    const { send } = webhook(server, { mention: { high: '<!subteam^S012AB3CD>' } })
    const high = { 'lacuna.alert.severity': 'high' }
    await send([episode('a', 'open', high)])
    await send([episode('b', 'open')])
    await send([episode('a', 'resolved', high)])
    expect(server.calls.map((call) => render(call).includes('MENTION(!subteam^S012AB3CD)'))).toEqual([
      true,
      false,
      false,
    ])
    await send([...many(9), episode('x', 'open', high), episode('y', 'open', high)])
    expect(render(server.calls[3] ?? { blocks: [] }).match(/MENTION/g)).toHaveLength(1)
  })

  it('adds the links of the configuration', async () => {
    const links = [{ text: 'Dashboard', url: 'https://grafana.example/d?r={azure.resource.name}' }]
    await webhook(server, { links }).send([alert()])
    expect(render(server.calls[0] ?? { blocks: [] })).toContain(
      'LINK(Dashboard -> https://grafana.example/d?r=contoso-support-chat)',
    )
  })

  it('sends the text alone where Slack refuses the blocks', async () => {
    server.answer(answers(400, 'invalid_blocks'))
    const { send, host } = webhook(server)
    await send([alert()])
    expect(server.calls.map((call) => call.blocks.length > 0)).toEqual([true, false])
    expect(host.ledger.notes).toEqual({ sent_as_text: 1 })
  })

  it('names the record that Slack will not have, and delivers the others', async () => {
    const { outcome } = webhook(server)
    server.answer(answers(400, 'invalid_payload'), answers(400, 'no_text'))
    const other = alert()
    other.eventName = 'other'
    expect(await outcome([other, episode('a'), episode('b')])).toBe(
      'partial slack: 1 of 3 records were refused: Slack refused the message with no_text',
    )
    expect(server.messages.size).toBe(1)
  })
})
