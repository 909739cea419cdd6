import type { LogRecord } from '@lacuna/sdk'
import { describe, expect, it } from 'vitest'
import factory from './index.ts'
import { burst, detector, emptyAnswer } from './test-kit.fixture.ts'

const MINUTE = 60_000
const source = { id: 'event_hubs:hub/3', finite: false }
const YEAR_LATER: [number, number] = [Date.UTC(2027, 8, 14, 10) / 1000, 0]

type Watching = ReturnType<typeof watching>

/** A detector with `no_data: 30m` that has one source. */
function watching(config: object = { no_data: '30m' }) {
  const made = detector(config)
  made.processor.sourceOpened?.(source)
  return made
}

const pass = ({ processor }: Watching, minutes: number, now = YEAR_LATER): LogRecord[] =>
  processor.tick?.({ now, elapsed: minutes * MINUTE }) ?? []

function hear({ processor }: Watching, records: LogRecord[], from = source): LogRecord[] {
  const out = processor.process({ source: from, records })
  if (!Array.isArray(out)) throw new Error('the detector is synchronous')
  return out
}

describe('no_data', () => {
  it('tells once that a source has fallen silent, what to check, and when it is back', () => {
    const made = watching()
    hear(made, [emptyAnswer(0)])
    expect(pass(made, 29)).toEqual([])
    const [open, ...more] = pass(made, 1)
    expect(more).toEqual([])
    expect(open).toMatchObject({
      eventName: 'lacuna.no_data',
      severityText: 'WARN',
      severityNumber: 13,
      hrTime: YEAR_LATER,
    })
    expect(open?.body).toMatch(/event_hubs:hub\/3 has sent no records for 30m.*2026-09-14T10:00:00/)
    expect(open?.attributes).toMatchObject({
      'event.kind': 'alert',
      'event.risk_score': 47,
      'rule.id': 'azure_openai_insecure_output_handling',
      'lacuna.alert.status': 'open',
      'lacuna.alert.severity': 'medium',
      'lacuna.source': source.id,
      'lacuna.no_data.after': '30m',
      'lacuna.no_data.last_seen': '2026-09-14T10:00:00.000000000Z',
      'lacuna.no_data.silent_ms': 30 * MINUTE,
      'lacuna.triage': expect.arrayContaining([expect.stringContaining('diagnostic setting')]),
    })
    expect(pass(made, 60)).toEqual([])
    const [back] = hear(made, [emptyAnswer(80)])
    expect(back?.attributes).toMatchObject({
      'lacuna.alert.status': 'resolved',
      'lacuna.alert.episode_id': open?.attributes['lacuna.alert.episode_id'],
      'lacuna.no_data.silent_ms': 90 * MINUTE,
    })
    expect(back?.body).toContain('after 1h30m without any')
    expect(made.host.ledger).toMatchObject({ createdCount: 2, consumedCount: 2 })
    expect(made.host.ledger.notes).toMatchObject({ no_data_open: 1, no_data_resolved: 1 })
  })

  it('is off unless asked for', () => {
    const made = watching({})
    hear(made, [emptyAnswer(0)])
    expect(pass(made, 600)).toEqual([])
  })

  it('does not take back-pressure for silence: then no tick brings time, however late it has become', () => {
    const made = watching()
    hear(made, [emptyAnswer(0)])
    expect(pass(made, 29)).toEqual([])
    expect(pass(made, 0, [YEAR_LATER[0] + 86_400, 0])).toEqual([])
    hear(made, [emptyAnswer(1)])
    expect(pass(made, 29)).toEqual([])
  })

  it('is not told of a file, of a source that is lost, or of one that never had a record', () => {
    const made = watching()
    const file = { id: 'file:a', finite: true }
    const lost = { id: 'event_hubs:hub/4', finite: false }
    for (const each of [file, lost]) {
      made.processor.sourceOpened?.(each)
      hear(made, [emptyAnswer(0)], each)
    }
    made.processor.sourceClosed?.(lost, 'lost')
    expect(pass(made, 600)).toEqual([])
  })

  it('counts a source as alive whatever its records are', () => {
    const made = watching()
    hear(made, [emptyAnswer(0)])
    pass(made, 20)
    hear(made, [emptyAnswer(0, { 'azure.open_ai.result_signature': '500' })])
    expect(pass(made, 20)).toEqual([])
  })

  it('goes on counting after a restart', () => {
    const before = watching()
    hear(before, [emptyAnswer(0)])
    pass(before, 20)
    const snapshot = before.processor.snapshot?.()
    const after = detector({ no_data: '30m' })
    if (snapshot !== undefined) after.processor.restore?.(snapshot.header, snapshot.entries)
    after.processor.sourceOpened?.(source)
    expect(pass(after, 10)[0]?.eventName).toBe('lacuna.no_data')
  })

  it('shows how many sources are silent', () => {
    const made = watching()
    hear(made, [emptyAnswer(0)])
    pass(made, 30)
    expect(made.processor.gauges?.()).toMatchObject({ silent_sources: 1 })
  })

  it('refuses less than a second', () => {
    expect(factory.config.safeParse({ no_data: '0s' }).error?.issues[0]).toMatchObject({
      path: ['no_data'],
      message: 'must be at least 1s',
    })
  })
})

describe('what is read again', () => {
  const replay = ({ processor }: Watching, records: LogRecord[]) =>
    processor.process({ source, records, replay: true })

  it('is not alerted on again, and what is withheld is in the ledger', () => {
    const made = watching({})
    expect(replay(made, burst(10))).toEqual([])
    expect(made.host.ledger).toMatchObject({ createdCount: 0, consumedCount: 10 })
    expect(made.host.ledger.notes).toMatchObject({ withheld: 1, matched: 10 })
  })

  it('counts towards the alert that the first new record completes', () => {
    const made = watching({})
    expect(replay(made, burst(9))).toEqual([])
    const [open] = hear(made, [emptyAnswer(9)])
    expect(open?.attributes).toMatchObject({ 'lacuna.alert.status': 'open', 'lacuna.alert.count': 10 })
    expect(open?.attributes).not.toHaveProperty(['lacuna.alert.continued'])
  })

  it('leaves an episode that goes on as an update that says it is continued', () => {
    const made = watching({})
    replay(made, burst(12))
    const records = Array.from({ length: 5 }, (_, index) => emptyAnswer(16 + index))
    const [update] = hear(made, records)
    expect(update?.attributes).toMatchObject({
      'lacuna.alert.status': 'update',
      'lacuna.alert.continued': true,
    })
  })

  it('is dropped with a source that is lost, untold', () => {
    const made = watching({})
    hear(made, burst(10))
    expect(made.processor.sourceClosed?.(source, 'lost')).toEqual([])
    expect(made.processor.gauges?.()).toMatchObject({ open_episodes: 0, groups: 0 })
    expect(made.processor.flush?.()).toEqual([])
  })
})
