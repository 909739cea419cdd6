import { readFileSync } from 'node:fs'
import { LogRecord } from '@lacuna/sdk'
import { testHost } from '@lacuna/sdk/testing'
import { expect, it } from 'vitest'
import { decodeLogs, encodeLogs, MAX_DEPTH, MAX_GROUPS, MAX_RECORDS, MAX_VALUES } from './index.ts'

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

it('does what the README shows', () => {
  const host = testHost()
  const body = encodeLogs([new LogRecord({ attributes: { 'azure.category': 'Audit' } })])
  const code = /```ts\n([\s\S]*?)```/.exec(README)?.[1] ?? ''
  for (const line of [
    'const records = decodeLogs(body, { observed: host.clock.now() })',
    "records[0]?.get('azure.category')",
    'const again = encodeLogs(records)',
  ])
    expect(code).toContain(line)
  const records = decodeLogs(body, { observed: host.clock.now() })
  expect(records[0]?.get('azure.category')).toBe('Audit')
  expect(records[0]?.hrTimeObserved).toEqual(host.clock.now())
  expect(decodeLogs(encodeLogs(records))[0]?.attributes).toEqual({ 'azure.category': 'Audit' })
})

it('has the bounds that the README names', () => {
  for (const bound of [MAX_DEPTH, MAX_GROUPS, MAX_RECORDS, MAX_VALUES])
    expect(README).toContain(bound.toLocaleString('en'))
})
