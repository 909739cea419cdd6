import { gzipSync } from 'node:zlib'
import { day } from '@lacuna/example-sample-data'
import { beforeAll, describe, expect, it } from 'vitest'
import { CONTRACT } from './records.fixture.ts'
import { type Ended, expectBalanced, facts, rowOf, run } from './run-lacuna.fixture.ts'

const SAMPLE = day().text
const LINES = SAMPLE.split('\n').slice(0, -1)
const ALL_FILES = CONTRACT.replace('logs.ndjson', '"*.ndjson"')

/** Three windows behind one receiver would share its order; the contract's own is enough here. */
let single: Ended
beforeAll(async () => {
  single = await run({ config: CONTRACT, files: { 'logs.ndjson': SAMPLE } })
})

const idsOf = ({ alerts }: Ended) => alerts.map(({ attributes }) => String(attributes['lacuna.alert.id']))

function expectSameAlerts(ended: Ended): void {
  expect(ended.stderr).not.toMatch(/error|cannot/i)
  expect(ended.code).toBe(0)
  expectBalanced(ended)
  expect(single.alerts.length).toBeGreaterThan(5)
  expect(ended.alerts.map(facts).toSorted()).toEqual(single.alerts.map(facts).toSorted())
  expect(idsOf(ended).toSorted()).toEqual(idsOf(single).toSorted())
}

describe('the same day in several files', { timeout: 30_000 }, () => {
  it('split round-robin over three files', async () => {
    const files = { 'a.ndjson': '', 'b.ndjson': '', 'c.ndjson': '' }
    const names = Object.keys(files) as (keyof typeof files)[]
    LINES.forEach((line, i) => {
      const name = names[i % 3]
      if (name !== undefined) files[name] += `${line}\n`
    })
    const ended = await run({ config: ALL_FILES, files })
    expectSameAlerts(ended)
    expect(rowOf(ended, 'field_mapping')).toEqual(rowOf(single, 'field_mapping'))
  })

  it('split by hour', async () => {
    const files: Record<string, string> = {}
    let hour = '00'
    for (const line of LINES) {
      const next = /^\{"time":"2026-09-14T(\d\d)/.exec(line)?.[1] ?? hour
      if (Number(next) === Number(hour) + 1) hour = next
      const name = `${hour}.ndjson`
      files[name] = `${files[name] ?? ''}${line}\n`
    }
    expect(Object.keys(files).length).toBeGreaterThan(20)
    expectSameAlerts(await run({ config: ALL_FILES, files }))
  })

  it('split by resource', async () => {
    const files: Record<string, string> = {}
    for (const line of LINES) {
      const name = `${/accounts\/([\w-]+)/i.exec(line)?.[1]?.toLowerCase() ?? 'others'}.ndjson`
      files[name] = `${files[name] ?? ''}${line}\n`
    }
    expect(Object.keys(files).length).toBeGreaterThan(20)
    expectSameAlerts(await run({ config: ALL_FILES, files }))
  })
})

describe('the same day in another wrapping', { timeout: 30_000 }, () => {
  it('compressed with gzip, whatever its name, also of several members', async () => {
    const half = Math.floor(SAMPLE.length / 2)
    const members = [SAMPLE.slice(0, half), SAMPLE.slice(half)].map((part) => gzipSync(part))
    for (const content of [gzipSync(SAMPLE), Buffer.concat(members)]) {
      const ended = await run({ config: CONTRACT, files: { 'logs.ndjson': content } })
      expectSameAlerts(ended)
      expect(ended.stdout).toBe(single.stdout)
    }
  })

  it('on standard input', async () => {
    const ended = await run({ config: CONTRACT.replace('[logs.ndjson]', "'-'"), stdin: SAMPLE })
    expectSameAlerts(ended)
    expect(ended.stdout).toBe(single.stdout)
  })

  it.each([
    ['with CRLF', SAMPLE.replaceAll('\n', '\r\n')],
    ['without a newline at the end', SAMPLE.slice(0, -1)],
    ['with a byte order mark', `\uFEFF${SAMPLE}`],
    ['with blank lines', SAMPLE.replaceAll('\n', '\n\n  \n')],
  ])('%s', async (_, text) => {
    const ended = await run({ config: CONTRACT, files: { 'logs.ndjson': text } })
    expectSameAlerts(ended)
    expect(ended.stdout).toBe(single.stdout)
    expect(rowOf(ended, 'file').in).toBe(LINES.length)
  })
})

describe('the same day in another shape', { timeout: 30_000 }, () => {
  const records = LINES.flatMap(recordsOf)

  it.each([
    ['in envelopes of seven', packed((list) => `{"records":[${list.join(',')}]}`, 7)],
    ['in one envelope', packed((list) => `{"records":[${list.join(',')}]}`, Number.POSITIVE_INFINITY)],
    ['in arrays of thirteen', packed((list) => `[${list.join(',')}]`, 13)],
    ['one record a line', packed((list) => list.join('\n'), 1)],
    ['with properties as an object', records.map(withProperties('object')).join('\n')],
    ['with properties as a string', records.map(withProperties('string')).join('\n')],
  ])('%s', async (_, text) => {
    const config = CONTRACT.replace('follow: false', 'follow: false\n    max_line_bytes: 16MiB')
    const ended = await run({ config, files: { 'logs.ndjson': text } })
    expectSameAlerts(ended)
    expect(rowOf(ended, 'zero_length_response')).toMatchObject({
      noted: rowOf(single, 'zero_length_response').noted,
    })
  })

  function packed(pack: (list: string[]) => string, size: number): string {
    const lines: string[] = []
    const each = Math.min(size, records.length)
    for (let at = 0; at < records.length; at += each) lines.push(pack(records.slice(at, at + each)))
    return lines.join('\n')
  }
})

/** The texts of the records of a line, digit by digit as they were; none where it cannot be read. */
function recordsOf(line: string): string[] {
  try {
    const value = JSON.parse(line)
    if (!Array.isArray(value) && !Array.isArray(value.records)) return [line]
  } catch {
    return []
  }
  // Records of the sample begin with their time or, those that have none there, with `{"`, one level down.
  const inner = line.replace(/^\{"records":/, '').slice(1, line.startsWith('{') ? -2 : -1)
  return elements(inner)
}

/** Splits the inside of a JSON list. */
function elements(text: string): string[] {
  const found: string[] = []
  let depth = 0
  let inString = false
  let from = 0
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (inString) {
      if (char === '\\') at++
      else if (char === '"') inString = false
    } else if (char === '"') inString = true
    else if (char === '{' || char === '[') depth++
    else if (char === '}' || char === ']') depth--
    else if (char === ',' && depth === 0) {
      found.push(text.slice(from, at))
      from = at + 1
    }
  }
  found.push(text.slice(from))
  return found
}

function withProperties(wanted: 'object' | 'string'): (record: string) => string {
  return (record) => {
    const { properties } = JSON.parse(record)
    const at = record.indexOf('"properties":') + '"properties":'.length
    if (at < 13 || properties === undefined || (typeof properties === 'string') === (wanted === 'string'))
      return record
    const written = wanted === 'object' ? String(properties) : JSON.stringify(record.slice(at, -1))
    return `${record.slice(0, at)}${written}}`
  }
}
