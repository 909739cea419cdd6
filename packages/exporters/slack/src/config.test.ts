import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { slackConfig } from './config.ts'

const WEBHOOK = { webhook_url: 'https://hooks.slack.com/services/T0/B0/SECRETsecret' }
const BOT = { token: 'xoxb-SECRETsecret', channel: 'C012AB3CD' }

const problems = (config: unknown) =>
  slackConfig.safeParse(config).error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) ??
  []

describe('the configuration', () => {
  it('wants a webhook, or a token with its channel, and not both', () => {
    expect(problems(WEBHOOK)).toEqual([])
    expect(problems(BOT)).toEqual([])
    expect(problems({})).toEqual(['webhook_url: is missing: give "webhook_url", or "token" and "channel"'])
    expect(problems({ token: BOT.token })).toEqual(['channel: is missing: a token needs a channel'])
    expect(problems({ ...WEBHOOK, ...BOT })).toContain(
      'token: cannot stand beside "webhook_url": choose one of them',
    )
    expect(problems({ ...WEBHOOK, channel: '#x' })).toEqual([
      'channel: goes with "token": a webhook belongs to one channel',
    ])
  })

  it('lets a secret go unencrypted to this machine only', () => {
    for (const host of ['127.0.0.1:8080', '127.1.2.3', '[::1]:80', 'localhost']) {
      expect(problems({ webhook_url: `http://${host}/x` })).toEqual([])
      expect(problems({ ...BOT, api_url: `http://${host}/api/` })).toEqual([])
    }
    for (const host of ['hooks.slack.com', '127.0.0.1.evil.example', '10.0.0.1', '0.0.0.0']) {
      expect(problems({ webhook_url: `http://${host}/x` })).toEqual([
        'webhook_url: must begin with https://: http:// is only for this machine itself',
      ])
      expect(problems({ ...BOT, api_url: `http://${host}/api/` })).toHaveLength(1)
    }
    expect(problems({ webhook_url: 'hooks.slack.com/x' })).toEqual(['webhook_url: is no address'])
    expect(problems({ webhook_url: 'https://user:pass@hooks.slack.com/x' })).toHaveLength(1)
  })

  it('shows no secret, not even one that is refused', () => {
    const config = slackConfig.parse({ ...WEBHOOK })
    expect(inspect(config, { depth: 9 }) + JSON.stringify(config) + String(config.webhook_url)).not.toMatch(
      /SECRET/,
    )
    for (const bad of [
      { webhook_url: 'ftp://x/SECRETsecret' },
      { ...BOT, token: 'SECRETsecret with spaces' },
    ]) {
      const { error } = slackConfig.safeParse(bad)
      expect(error?.issues.map((issue) => issue.message).join()).not.toMatch(/SECRET/)
      expect(error?.issues).toHaveLength(1)
    }
  })

  it('takes mentions as Slack writes them, and nothing else', () => {
    for (const high of ['<!here>', '<@U012AB3CD>', '<!subteam^S012AB3CD> <@W012AB3CD>'])
      expect(problems({ ...WEBHOOK, mention: { high } })).toEqual([])
    for (const high of ['@here', 'here', '', '<!here> now', '<https://a.example|x>', '<!date^1^x|y>'])
      expect(problems({ ...WEBHOOK, mention: { high } })).toHaveLength(1)
  })

  it('points at a mistake in a condition or a link', () => {
    expect(problems({ ...WEBHOOK, where: 'event_name = "x"' })[0]).toMatch(/^where: /)
    expect(problems({ ...WEBHOOK, links: [{ text: 'x', url: 'javascript:x' }] })[0]).toMatch(
      /^links\.0\.url: /,
    )
  })
})
