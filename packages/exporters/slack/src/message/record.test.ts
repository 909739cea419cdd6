import { LogRecord } from '@lacuna/sdk'
import { expect, it } from 'vitest'
import { render } from '../render.fixture.ts'
import { recordMessage } from './record.ts'

it('what Lacuna says beside alerts reads as what it is', () => {
  const record = new LogRecord({
    hrTime: [1_789_377_670, 0],
    severityNumber: 13,
    eventName: 'lacuna.no_data',
    body: 'Nothing has come from event_hubs:openai/3 for 30m.',
    attributes: { 'lacuna.source': 'event_hubs:openai/3', 'lacuna.alert.status': 'open' },
  })
  expect(render(recordMessage(record))).toMatchInlineSnapshot(`
    "# 🟡 MEDIUM · A source has gone quiet

    Nothing has come from event_hubs:openai/3 for 30m.

    | \`lacuna.source\`: \`event_hubs:openai/3\`
    | \`lacuna.alert.status\`: \`open\`

    ~ 2026-09-14 09:21:10 UTC"
  `)
  record.attributes['lacuna.alert.status'] = 'resolved'
  expect(recordMessage(record).text).toMatchInlineSnapshot(
    `"✅ RESOLVED · A source has gone quiet: Nothing has come from event_hubs:openai/3 for 30m."`,
  )
})

it('any record is shown with its attributes, and how many more there are', () => {
  const attributes = Object.fromEntries(Array.from({ length: 25 }, (_, place) => [`field_${place}`, place]))
  const text = render(recordMessage(new LogRecord({ attributes, body: { a: 1 } })))
  expect(text).toContain('# 🔵 LOW · A log record\n\nmap of 1\n\n| `field_0`: `0`')
  expect(text).toContain('… and 5 more attributes')
})
