import { LogRecord } from '@lacuna/sdk'
import { describe, expect, it } from 'vitest'
import { alertRecord } from '../alert.fixture.ts'
import { prettyFormat } from './format.ts'
import { textWidth } from './layout.ts'

const ESC = '\u001b'
const line = (record: LogRecord, columns = 100) =>
  prettyFormat({ isTTY: true, columns }, { NO_COLOR: '1' })(record)

describe('the pretty format', () => {
  it('has colour on a terminal and nowhere else', () => {
    const coloured = (isTTY: boolean, env: NodeJS.ProcessEnv) =>
      prettyFormat({ isTTY }, env)(alertRecord()).includes(ESC)
    expect(coloured(true, {})).toBe(true)
    expect(coloured(false, {})).toBe(false)
    expect(coloured(false, { FORCE_COLOR: '1' })).toBe(false)
    expect(coloured(true, { NO_COLOR: '1' })).toBe(false)
    expect(coloured(true, { NO_COLOR: '' })).toBe(true)
    expect(coloured(true, { TERM: 'dumb' })).toBe(false)
  })

  it('shows how bad an alert is by its colour, and that it is over in green', () => {
    const header = (severity: string, status = 'open') =>
      prettyFormat(
        { isTTY: true },
        {},
      )(alertRecord({ 'lacuna.alert.severity': severity, 'lacuna.alert.status': status })).split('\n')[0]
    expect(header('critical')).toContain(`${ESC}[41m`)
    expect(header('medium')).toContain(`${ESC}[43m`)
    expect(header('low')).toContain(`${ESC}[46m`)
    expect(header('critical', 'resolved')).toContain(`${ESC}[42m`)
  })

  it('leaves space around an alert and none between other records', () => {
    const format = prettyFormat({}, {})
    const record = new LogRecord({ body: 'hello' })
    const text = [record, record, alertRecord(), alertRecord(), record]
      .map(format)
      .map((text) => text.startsWith('\n'))
    expect(text).toEqual([false, false, true, true, true])
  })

  it('shows a record in one line: time, severity, event, body, attributes', () => {
    const record = new LogRecord({
      hrTime: [1_789_377_670, 123_456_700],
      severityNumber: 13,
      eventName: 'cache.miss',
      body: 'not there',
      attributes: { key: 'a b', count: 3, map: { a: [1] }, empty: '' },
    })
    expect(line(record)).toBe(
      '2026-09-14 09:21:10.123 WARN  cache.miss not there key="a b" count=3 map={"a":[1]} empty=""',
    )
  })

  it('follows the width of the terminal, cutting what does not fit', () => {
    const screen = { isTTY: true, columns: 60 }
    const format = prettyFormat(screen, { NO_COLOR: '1' })
    const record = new LogRecord({ body: '答えが空です '.repeat(50), attributes: { a: 'b' } })
    expect(textWidth(format(record))).toBeLessThanOrEqual(60)
    expect(format(record)).toContain('…')
    screen.columns = 80
    expect(textWidth(format(record))).toBeGreaterThan(60)
  })

  it('does not cut at a width where there is no terminal, but has a bound', () => {
    const format = prettyFormat({}, {})
    expect(format(new LogRecord({ body: 'x'.repeat(500) }))).toContain('x'.repeat(500))
    expect(format(new LogRecord({ body: 'x'.repeat(1_000_000) })).length).toBeLessThan(2100)
  })

  it('makes everything visible that could steer the terminal', () => {
    const record = new LogRecord({
      body: 'a\u001b[31m\n\u0085\u202e\ud800z',
      attributes: { 'k\u0007': '\t' },
    })
    expect(line(record)).toContain('a\\u001b[31m\\n\\u0085\\u202e\\ud800z k\\u0007=\\t')
  })

  it('shows a record without anything', () => {
    expect(line(new LogRecord()).trim()).toBe('-')
  })
})
