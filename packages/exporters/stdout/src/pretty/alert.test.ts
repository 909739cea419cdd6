import { type AnyValue, LogRecord } from '@lacuna/sdk'
import { describe, expect, it } from 'vitest'
import { alertRecord } from '../alert.fixture.ts'
import { prettyFormat } from './format.ts'
import { textWidth } from './layout.ts'

const show = (change: Record<string, AnyValue> = {}, columns = 100) =>
  prettyFormat({ columns }, {})(alertRecord(change))

/** Columns before the text of a fact. */
const LABELS = '│ azure.resource.name  '.length

describe('an alert for a person', () => {
  it('reads like this when it opens', () => {
    expect(show()).toBe(
      ` OPEN  Azure OpenAI insecure output handling  low, risk 21  2026-09-14 09:21:10 UTC
│ Ten answers were empty.
│
│ azure.resource.name  contoso-support-chat
│ matches              10 of 1,048 calls (0.95%), threshold 10
│ window               2026-09-14 08:21:10 – 09:21:10 UTC (sliding 60m)
│ seen                 2026-09-14 09:12:04 – 09:21:10 UTC (9m5s)
│ accounts             2f1c0b7e-3d0e-4f57-9a6e-2b9d1a0f6a11
│ callers              203.0.113.***, 198.51.100.***
│ deployments          gpt-4o-prod
│ models               gpt-4o
│ stream types         Non-Streaming
│ correlation ids      2bf911f3-05ac-4385-9280-bade9d47981a
│ request bytes        min 120, median 532, p95 812, max 10,440
│ rule                 azure_openai_insecure_output_handling
│ reference            https://genai.owasp.org/llmrisk/llm02-insecure-output-handling
│ episode              9bc17bb2d8f34c2f8e5a0d5a2f9f6a01
│
│ Look first
│  1. See since when the answers are empty.
│  2. Look for a pattern in the lengths.
│
│ Then
│  1. Isolate the resource.
│  2. Tell its owners.`,
    )
  })

  it('says in short what an update or a resolve adds', () => {
    const update = show({
      'lacuna.alert.status': 'update',
      'lacuna.alert.count': 25,
      'lacuna.alert.peak': 31,
    })
    expect(update).toContain(' UPDATE ')
    expect(update).toContain('25 of 1,048 calls (0.95%), threshold 10, peak 31')
    expect(update).not.toContain('Look first')
    expect(update).not.toContain('accounts')
    expect(show({ 'lacuna.alert.status': 'resolved' })).toContain(' RESOLVED ')
  })

  it('says all of it in an update that no open went before', () => {
    const update = show({ 'lacuna.alert.status': 'update', 'lacuna.alert.continued': true })
    expect(update).toContain('Look first')
    expect(update).toContain('accounts')
  })

  it('shows the null group, a group of several fields, and no share of no calls', () => {
    const text = show({
      'azure.resource.name': null,
      'user.name': '山田',
      'lacuna.alert.total': 0,
      'lacuna.alert.share': null,
    })
    expect(text).toContain('│ azure.resource.name  none')
    expect(text).toContain('│ user.name            山田')
    expect(text).toContain('10 of 0 calls, threshold 10')
  })

  it('shows evidence that it does not know yet, and says when there is more of it', () => {
    const text = show({
      'lacuna.evidence.error_codes': ['AccessDenied'],
      'lacuna.evidence.truncated': ['callers'],
    })
    expect(text).toContain('│ error codes          AccessDenied')
    expect(text).toContain('│ cut short            callers')
    expect(show({ 'lacuna.evidence.truncated': true })).toContain('more than is shown here')
  })

  it('folds at the width of the terminal, between words', () => {
    for (const columns of [60, 90]) {
      const text = show({ 'lacuna.triage': ['Look at how often it happens '.repeat(10)] }, columns)
      for (const line of text.split('\n')) {
        // A link or an id stays whole, so that it can be followed or copied.
        const oneWord = !line.slice(LABELS).includes(' ')
        expect(textWidth(line) <= columns || oneWord, line).toBe(true)
      }
      expect(text.replaceAll(/\n│ +/g, ' ').split('how often')).toHaveLength(11)
    }
  })

  it('never steers the terminal, whatever a stranger wrote', () => {
    const evil = 'a\u001b[2J\u001b]0;x\u0007\u009b1m\r\n\u202eb\ud800'
    const change: Record<string, AnyValue> = { [`group${evil}`]: evil, [`lacuna.evidence.${evil}`]: [evil] }
    for (const name of Object.keys(alertRecord().attributes)) change[name] = [evil, { [evil]: evil }]
    for (const one of [change, { ...change, 'lacuna.alert.status': evil }, { 'lacuna.alert.status': evil }]) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      expect(show(one)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
      expect(show(one).isWellFormed()).toBe(true)
    }
  })

  it('is bounded, whatever a stranger wrote', () => {
    const long = 'x '.repeat(1_000_000)
    const change: Record<string, AnyValue> = { 'lacuna.triage': Array(1000).fill(long), group: long }
    for (let index = 0; index < 1000; index++) change[`field_${index}`] = 'x'
    expect(show(change).length).toBeLessThan(100_000)
  })

  it('takes an alert in which everything is missing', () => {
    const text = prettyFormat({}, {})(new LogRecord({ eventName: 'lacuna.alert' }))
    expect(text).toContain('matches  none, threshold none')
  })
})
