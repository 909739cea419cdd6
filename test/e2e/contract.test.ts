import { day } from '@lacuna/example-sample-data'
import { describe, expect, it } from 'vitest'
import { naiveAlerts } from './naive-detector.fixture.ts'
import { burst, CONTRACT, emptyAnswer, NINE, properties } from './records.fixture.ts'
import { directory, expectBalanced, facts, opened, run } from './run-lacuna.fixture.ts'

/** The attributes of the contract, in its words, and what each is. */
const ATTRIBUTES = {
  'event.kind': 'string',
  'rule.id': 'string',
  'rule.uuid': 'string',
  'rule.name': 'string',
  'rule.reference': 'string',
  'event.risk_score': 'count',
  'azure.resource.name': 'string',
  'lacuna.alert.id': 'id',
  'lacuna.alert.episode_id': 'id',
  'lacuna.alert.status': 'string',
  'lacuna.alert.severity': 'string',
  'lacuna.alert.count': 'count',
  'lacuna.alert.peak': 'count',
  'lacuna.alert.threshold': 'count',
  'lacuna.alert.total': 'count',
  'lacuna.alert.share': 'number',
  'lacuna.window.type': 'string',
  'lacuna.window.size': 'string',
  'lacuna.window.start': 'time',
  'lacuna.window.end': 'time',
  'lacuna.evidence.timeline': 'counts',
  'lacuna.evidence.first_seen': 'time',
  'lacuna.evidence.last_seen': 'time',
  'lacuna.evidence.accounts': 'list',
  'lacuna.evidence.callers': 'list',
  'lacuna.evidence.deployments': 'list',
  'lacuna.evidence.models': 'list',
  'lacuna.evidence.stream_types': 'list',
  'lacuna.evidence.correlation_ids': 'list',
  'lacuna.evidence.request_length.min': 'number',
  'lacuna.evidence.request_length.median': 'number',
  'lacuna.evidence.request_length.p95': 'number',
  'lacuna.evidence.request_length.max': 'number',
  'lacuna.evidence.truncated': 'boolean',
  'lacuna.triage': 'list',
  'lacuna.response': 'list',
} as const

const SAMPLE = day().text
const LINE = /^\{"timestamp":".+"\}\}$/
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/

function kindOf(value: unknown): string {
  if (Array.isArray(value)) {
    if (value.every((each) => kindOf(each) === 'count')) return 'counts'
    return value.every((each) => typeof each === 'string') ? 'list' : 'other list'
  }
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? 'count' : 'number'
  if (typeof value !== 'string') return value === null ? 'null' : typeof value
  if (/^[0-9a-f]{32}$/.test(value)) return 'id'
  return /^\d{4}-.*T/.test(value) ? (/\.\d+Z$/.test(value) ? 'time' : 'other time') : 'string'
}

describe('the contract', { timeout: 30_000 }, () => {
  it('holds to the letter for the sample day: every line, key, attribute and type, in every status', async () => {
    const ended = await run({ config: CONTRACT, files: { 'logs.ndjson': SAMPLE } })
    expect(ended.code).toBe(0)
    expectBalanced(ended)
    const raw = ended.stdout.split('\n')
    expect(raw.pop()).toBe('')
    expect(raw.length).toBe(ended.alerts.length)
    for (const line of raw) expect(line).toMatch(LINE)

    const statuses = new Set<unknown>()
    for (const alert of ended.alerts) {
      const { attributes } = alert
      expect(Object.keys(alert)).toEqual([
        'timestamp',
        'severity',
        'event_name',
        'body',
        'attributes',
        'resource',
      ])
      expect(alert.timestamp).toMatch(TIME)
      expect(alert.severity).toBe('INFO')
      expect(alert.resource).toEqual({ 'service.name': 'lacuna' })
      expect(alert.body).toMatch(/^[^\n]+\.$/)
      expect(Object.keys(attributes).toSorted()).toEqual(Object.keys(ATTRIBUTES).toSorted())
      for (const [name, kind] of Object.entries(ATTRIBUTES)) {
        const found = kindOf(attributes[name])
        expect(found === 'count' && kind === 'number' ? kind : found, name).toBe(kind)
      }
      expect(attributes).toMatchObject({
        'event.kind': 'alert',
        'rule.uuid': 'fb16f9ef-cb03-4234-adc2-44641f3b71ee',
        'event.risk_score': 21,
        'lacuna.alert.threshold': 10,
        'lacuna.window.type': 'sliding',
        'lacuna.window.size': '60m',
      })
      const { count, total, share, peak } = {
        count: Number(attributes['lacuna.alert.count']),
        total: Number(attributes['lacuna.alert.total']),
        share: Number(attributes['lacuna.alert.share']),
        peak: Number(attributes['lacuna.alert.peak']),
      }
      expect(share).toBe(Number((count / total).toFixed(4)))
      expect(peak).toBeGreaterThanOrEqual(count)
      statuses.add(attributes['lacuna.alert.status'])
    }
    expect([...statuses].toSorted()).toEqual(['open', 'resolved', 'update'])
    expect(opened(ended).toSorted()).toEqual([
      'contoso-loadtest',
      'contoso-support-chat',
      'fabrikam-claims-desk',
    ])
  })

  it('gives the same bytes for the same input', async () => {
    const options = { config: CONTRACT, files: { 'logs.ndjson': SAMPLE } }
    const [one, other] = await Promise.all([run(options), run(options)])
    expect(one.stdout.length).toBeGreaterThan(5000)
    expect(other.stdout).toBe(one.stdout)
  })

  it('has the window as it was configured, tumbling or with a slide', async () => {
    for (const [window, type, size] of [
      ['{ type: tumbling, size: 1h }', 'tumbling', '1h'],
      ['{ type: sliding, size: 60m, slide: 10m }', 'sliding', '60m'],
    ] as const) {
      const config = CONTRACT.replace('{ type: sliding, size: 60m }', window)
      const { alerts } = await run({ config, files: { 'logs.ndjson': SAMPLE } })
      expect(alerts.length).toBeGreaterThan(3)
      for (const { attributes } of alerts) {
        expect(Object.keys(attributes).toSorted()).toEqual(Object.keys(ATTRIBUTES).toSorted())
        expect(attributes).toMatchObject({ 'lacuna.window.type': type, 'lacuna.window.size': size })
        const [start, end] = [attributes['lacuna.window.start'], attributes['lacuna.window.end']].map(String)
        expect(Date.parse(end ?? '') - Date.parse(start ?? '')).toBe(3_600_000)
        expect(Date.parse(start ?? '') % (type === 'tumbling' ? 3_600_000 : 600_000)).toBe(0)
      }
    }
  })

  it('says a severity in the words of OpenTelemetry', async () => {
    const ids = ['low', 'medium', 'high', 'critical']
    const { alerts, code } = await run({
      config: several(ids.map((id) => [id, `{ rule: { id: ${id}, severity: ${id}, risk_score: 50 } }`])),
      files: { 'logs.ndjson': burst('one', NINE).join('\n') },
    })
    const seen = alerts.map(({ severity, attributes }) => {
      expect(attributes['event.risk_score']).toBe(50)
      return `${attributes['rule.id']} ${attributes['lacuna.alert.severity']} ${severity} ${attributes['lacuna.alert.status']}`
    })
    expect(seen.toSorted()).toEqual(
      ['critical FATAL', 'high ERROR', 'low INFO', 'medium WARN'].flatMap((pair) => {
        const [id] = pair.split(' ')
        return [`${id} ${pair} open`, `${id} ${pair} resolved`]
      }),
    )
    expect(code).toBe(0)
  })

  it('cuts a share to four decimals, and has none where nothing is a call', async () => {
    const lines = burst('one', NINE)
    for (let i = 0; i < 17; i++)
      lines.unshift(JSON.stringify(emptyAnswer('one', NINE - 1000, { properties: properties(7) })))
    const ended = await run({
      config: several([
        ['calls', '{}'],
        ['none', '{ total_where: "false", rule: { id: none } }'],
      ]),
      files: { 'logs.ndjson': lines.join('\n') },
    })
    expect(ended.alerts).toHaveLength(4)
    for (const { attributes } of ended.alerts) {
      const none = attributes['rule.id'] === 'none'
      expect(attributes['lacuna.alert.total']).toBe(none ? 0 : 27)
      expect(attributes['lacuna.alert.share']).toBe(none ? null : 0.3704)
    }
  })

  it('shows the null group as null, in every status', async () => {
    const lines = burst('', NINE, 12, { resourceId: undefined })
    lines.push(...burst('', NINE + 15 * 60_000, 2, { resourceId: null }))
    const { alerts, stdout } = await run({ config: CONTRACT, files: { 'logs.ndjson': lines.join('\n') } })
    expect(alerts.map(({ attributes }) => attributes['lacuna.alert.status'])).toEqual([
      'open',
      'update',
      'resolved',
    ])
    for (const { attributes } of alerts) expect(attributes['azure.resource.name']).toBeNull()
    expect(stdout.split('"azure.resource.name":null')).toHaveLength(4)
  })

  it('says the moments that the design names: the tenth event, the fall of the count, the end', async () => {
    const lines = [...burst('one', NINE, 11), ...burst('quiet', NINE + 120 * 60_000, 1)]
    const { alerts } = await run({ config: CONTRACT, files: { 'logs.ndjson': lines.join('\n') } })
    // Fewer than five remain in the trailing hour when the seventh of eleven leaves it.
    expect(alerts.map(facts)).toEqual([
      'one open 10 2026-09-14T09:00:09.000000000Z 2026-09-14T08:00:09.000000000Z 2026-09-14T09:00:09.000000000Z',
      'one resolved 11 2026-09-14T10:00:06.000000000Z 2026-09-14T08:00:10.000000000Z 2026-09-14T09:00:10.000000000Z',
    ])
    const short = await run({
      config: CONTRACT,
      files: { 'logs.ndjson': burst('one', NINE, 11).join('\n') },
    })
    expect(short.alerts.at(-1)?.timestamp).toBe('2026-09-14T09:00:10.000000000Z')
  })
})

describe('an independent count', { timeout: 60_000 }, () => {
  const HOUR = 3_600_000
  const VARIANTS = [
    ['continuous', '{ type: sliding, size: 60m }', { size: HOUR }],
    ['tumbling', '{ type: tumbling, size: 60m }', { size: HOUR, tumbling: true }],
    ['aligned', '{ type: sliding, size: 60m, slide: 10m }', { size: HOUR, slide: 600_000 }],
  ] as const
  const THRESHOLDS = [
    [10, 5],
    [3, 2],
  ] as const
  const rules = VARIANTS.flatMap(([name, window, options]) =>
    THRESHOLDS.map(([threshold, recoverBelow]) => {
      const id = `${name}_${threshold}`
      const settings = `window: ${window}, threshold: ${threshold}, recover_below: ${recoverBelow}`
      return {
        id,
        config: `{ rule: { id: ${id} }, ${settings} }`,
        options: { ...options, threshold, recoverBelow },
      }
    }),
  )

  it.each([1, 2, 3, 4, 5])('agrees on every open and resolve of the day of seed %i', async (seed) => {
    const { text } = day(seed)
    const cwd = directory({ 'logs.ndjson': text })
    const ended = await run({ config: several(rules.map(({ id, config }) => [id, config])) }, cwd)
    expect(ended.code).toBe(0)
    expectBalanced(ended)
    for (const { id, options } of rules) {
      const told = ended.alerts
        .filter(({ attributes }) => attributes['rule.id'] === id)
        .filter(({ attributes }) => attributes['lacuna.alert.status'] !== 'update')
        .map(facts)
      const expected = naiveAlerts(text, { ...options, now: Date.now() })
      expect(told.toSorted(), id).toEqual(expected.toSorted())
      expect(told.length, id).toBeGreaterThanOrEqual(options.threshold === 3 ? 8 : 4)
    }
  })
})

/** A configuration with a pipeline for each of these detectors, behind one receiver. */
function several(detectors: readonly (readonly [id: string, config: string])[]): string {
  return `receivers: { file: { include: [logs.ndjson], follow: false } }
processors:
  field_mapping: { preset: azure_openai }
${detectors.map(([id, config]) => `  zero_length_response/${id}: ${config}`).join('\n')}
exporters: { stdout: { format: json } }
service:
  pipelines:
${detectors
  .map(
    ([id]) =>
      `    logs/${id}: { receivers: [file], processors: [field_mapping, zero_length_response/${id}], exporters: [stdout] }`,
  )
  .join('\n')}
`
}
