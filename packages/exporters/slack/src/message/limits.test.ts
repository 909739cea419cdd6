import type { AnyValue, LogRecord } from '@lacuna/sdk'
import { hostileRecords } from '@lacuna/sdk/testing'
import { describe, expect, it } from 'vitest'
import { alert } from '../alert.fixture.ts'
import { createCompose } from '../compose.ts'
import { render } from '../render.fixture.ts'
import { blocksProblem } from '../slack-server.fixture.ts'

const url = `https://a.example/${'p'.repeat(1900)}?{azure.resource.name}`
const compose = createCompose({
  links: Array.from({ length: 10 }, (_, place) => ({ text: `link ${place}`, url })),
  mention: { low: '<!here>' },
})

const long = '<&>"\\\u202e👍`*'.repeat(1000)
const list = Array.from({ length: 1000 }, () => long)
/** An alert of which everything is as large as it can be. */
const large = (change: Record<string, AnyValue> = {}) => {
  const most: Record<string, AnyValue> = { 'azure.resource.name': 'x'.repeat(20) }
  for (let place = 0; place < 30; place++) {
    most[`group.${place}.${long}`] = long
    most[`lacuna.evidence.list_${place}`] = list
  }
  for (const name of Object.keys(alert().attributes))
    if (name.startsWith('lacuna.evidence.') || name.startsWith('lacuna.triage')) most[name] = list
  return alert(
    {
      ...most,
      'lacuna.response': list,
      'rule.name': long,
      'lacuna.alert.count': long,
      'lacuna.window.start': long,
      'lacuna.alert.episode_id': long,
      ...change,
    },
    long,
  )
}

describe('the limits of Slack', () => {
  it('are kept by an alert of which everything is large, and what is left out is said', () => {
    const message = compose.full(large(), true)
    expect(blocksProblem(message.blocks)).toBeUndefined()
    expect(message.text.length).toBeLessThanOrEqual(1000)
    const text = render(message)
    expect(text).toContain('… and 999 more')
    expect(text).toMatch(/… and \d+ more kinds of evidence|… and \d+ more parts that did not fit/)
    expect(text).toContain('MENTION(!here)')
  })

  it('are kept by the end of an episode, and by many alerts in one message', () => {
    const over = large({ 'lacuna.alert.status': 'resolved' })
    expect(blocksProblem(compose.reply(over).blocks)).toBeUndefined()
    const digest = compose.digest(Array(5000).fill(large()))
    expect(blocksProblem(digest.blocks)).toBeUndefined()
    expect(digest.unlisted).toBeGreaterThan(4000)
    expect(render(digest)).toContain(`… and ${digest.unlisted} more (${digest.unlisted} low)`)
  })

  it('are kept by whatever a stranger writes into a record, chosen as an alert or as itself', () => {
    const records = hostileRecords()
    const asAlert = (record: LogRecord) => {
      const copy = record.clone()
      copy.eventName = 'lacuna.alert'
      return copy
    }
    for (const record of [...records, ...records.map(asAlert)]) {
      expect(blocksProblem(compose.full(record, true).blocks)).toBeUndefined()
      expect(blocksProblem(compose.reply(record).blocks)).toBeUndefined()
    }
    expect(blocksProblem(compose.digest(records).blocks)).toBeUndefined()
  })
})

describe('what a stranger writes into an alert', () => {
  const evil =
    '<!channel> <https://evil.example|https://bank.example> *b* _i_ ~s~ `c` :boom: @here \u202e\u0007'
  const attributes = alert().attributes
  const everywhere: Record<string, AnyValue> = {}
  for (const [name, value] of Object.entries(attributes))
    everywhere[name] = Array.isArray(value) ? [evil] : evil
  const record = alert({ ...everywhere, [evil]: evil, [`lacuna.evidence.${evil}`]: [evil] }, evil)
  const all = [compose.full(record, true), compose.reply(record), compose.digest([record, record])]

  it('mentions nobody, links nowhere, and steers no text', () => {
    for (const message of all) {
      expect(JSON.stringify(message)).not.toMatch(/<!channel|<https:..evil|\u202e/)
      // Shown as text is the back-slash, and in JSON that is two.
      expect(JSON.stringify(message).replaceAll('\\\\u0007', '')).not.toContain('u0007')
      expect(render(message)).not.toMatch(/MENTION\(!channel|LINK\((?!link)|RAW</)
    }
  })

  it('is formatted only where Slack formats nothing', () => {
    for (const message of all) {
      const marked = JSON.stringify(message.blocks, (_, value) =>
        value?.type === 'plain_text' ? undefined : value,
      )
      expect(marked).toContain('*b*')
      // Everything between back-quotes is literal.
      const outside = marked.replaceAll(/`[^`]*`/g, '')
      for (const mark of ['*b*', '_i_', '~s~', ':boom:', '@here']) expect(outside).not.toContain(mark)
    }
  })
})
