import { chmodSync, closeSync, mkdirSync, openSync, symlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { burst, CONTRACT, emptyAnswer, MINUTE, NINE, properties, resourceId } from './records.fixture.ts'
import { directory, type Ended, expectBalanced, opened, rowOf, run } from './run-lacuna.fixture.ts'

const BEFORE = burst('before', NINE)
const AFTER = burst('after', NINE + 10 * MINUTE)
const BETWEEN = NINE + 5 * MINUTE

/** Peak memory of a run with next to nothing to read is some 110 MiB. */
const FLAT = 220

type Line = string | Uint8Array

/** A good burst, these lines, another good burst. */
function around(lines: readonly Line[]): Buffer {
  const all = [...BEFORE, ...lines, ...AFTER]
  return Buffer.concat(all.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]))
}

const runAround = (lines: readonly Line[], config = CONTRACT) =>
  run({ config, files: { 'logs.ndjson': around(lines) } })

/** The process lived, both bursts were told and nothing else, and the accounting adds up. */
function expectUnharmed(ended: Ended, others: readonly unknown[] = []): void {
  expect(ended.stderr).not.toMatch(/^lacuna: /m)
  expect(ended.code).toBe(0)
  expect(opened(ended).toSorted()).toEqual(['before', 'after', ...others].toSorted())
  expectBalanced(ended)
  expect(rowOf(ended, 'stdout').out).toBe(ended.stdout.split('\n').length - 1)
}

const answer = (change: Readonly<Record<string, unknown>>, name = 'odd') =>
  JSON.stringify(emptyAnswer(name, BETWEEN, change))

const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i))

describe('bad lines', { timeout: 60_000, concurrent: false }, () => {
  it('an empty file', async () => {
    const ended = await run({ config: CONTRACT, files: { 'logs.ndjson': '' } })
    expect(ended.code).toBe(0)
    expect(ended.stdout).toBe('')
    expectBalanced(ended)
    const beside = await run({
      config: CONTRACT.replace('logs.ndjson', '"*.ndjson"'),
      files: { 'a.ndjson': '', 'logs.ndjson': around([]), 'z.ndjson': '\n\n' },
    })
    expectUnharmed(beside)
  })

  it('binary', async () => {
    const bytes = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 2_654_435_761) >>> 13)
    const ended = await runAround([bytes, Uint8Array.of(0, 0, 0), Uint8Array.of(0xff, 0xfe, 0xfd)])
    expectUnharmed(ended)
    expect(rowOf(ended, 'file').noted.invalid_utf8).toBeGreaterThan(0)
    expect(rowOf(ended, 'field_mapping').dropped.invalid_json).toBeGreaterThan(100)
  })

  it('a line of 100 MB, in memory that stays flat', async () => {
    const cwd = directory()
    const file = openSync(join(cwd, 'logs.ndjson'), 'w')
    writeSync(file, `${BEFORE.join('\n')}\n{"time":"`)
    const piece = Buffer.alloc(1_000_000, 'x')
    for (let i = 0; i < 100; i++) writeSync(file, piece)
    writeSync(file, `"}\n${AFTER.join('\n')}\n`)
    closeSync(file)
    const ended = await run({ config: CONTRACT }, cwd)
    expectUnharmed(ended)
    expect(rowOf(ended, 'file')).toMatchObject({ in: 21, noted: { line_truncated: 1 } })
    expect(ended.maxRss).toBeLessThan(FLAT)
  })

  it('JSON that is none: torn, raw newlines, single quotes, no JSON at all', async () => {
    const good = answer({})
    const bad = [
      good.slice(0, 200),
      good.slice(1),
      good.replace('westeurope', 'west\neurope'),
      good.replaceAll('\\"', '"').replaceAll('"', "'"),
      'upstream connect error',
      'NaN',
      'undefined',
      '{]',
      `${good},`,
      `${good}${good}`,
      good.replace('1200', '01200'),
      good.replace('1200', '1200,'),
      good.replace('westeurope', '\\ud83'),
      good.replace('westeurope', 'west\u0000europe'),
    ]
    const ended = await runAround(bad)
    expectUnharmed(ended)
    expect(rowOf(ended, 'field_mapping').dropped).toEqual({ invalid_json: bad.length + 1 })
  })

  it('JSON that is no record', async () => {
    const bad = [
      'null',
      'true',
      '0',
      '"text"',
      '{}',
      '[1,null,"x",[]]',
      '{"records":7}',
      '{"records":[null]}',
    ]
    const ended = await runAround([...bad, '[]', '{"records":[]}'])
    expectUnharmed(ended)
    expect(rowOf(ended, 'field_mapping').dropped).toEqual({ not_a_record: 11 })
    expect(rowOf(ended, 'field_mapping').consumed).toBe(2)
  })

  it('properties that cannot be read, as text or as anything else', async () => {
    const bad = ['{"responseLength":0', "{'responseLength':0}", '[]', '7', 7, true, [1]]
    const ended = await runAround(bad.map((value) => answer({ properties: value })))
    expectUnharmed(ended)
    expect(rowOf(ended, 'field_mapping').dropped.bad_properties).toBeGreaterThanOrEqual(5)
  })

  it('deep nesting', async () => {
    const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
    const maps = (levels: number) => `${'{"a":'.repeat(levels)}0${'}'.repeat(levels)}`
    const inside = (value: string) => answer({ extra: 'HERE' }).replace('"HERE"', value)
    const ended = await runAround([
      deep(100_000),
      maps(100_000),
      `{"records":${deep(200_000)}}`,
      inside(deep(50_000)),
      inside(maps(100_000)),
      answer({ properties: maps(50_000) }),
      answer({ properties: `{"responseLength":0,"x":${deep(100_000)}}` }),
    ])
    expectUnharmed(ended)
  })

  it('duplicate keys: the last one counts', async () => {
    const zeroLast = answer({}, 'zero-last').replace(
      '\\"responseLength\\":0',
      '\\"responseLength\\":9,\\"responseLength\\":0',
    )
    const zeroFirst = answer({}, 'zero-first').replace(
      '\\"responseLength\\":0',
      '\\"responseLength\\":0,\\"responseLength\\":9',
    )
    const twice = answer({}, 'twice').replace(
      '"resultSignature":"200"',
      '"resultSignature":"500","resultSignature":"200"',
    )
    const lines = times(10, (i) =>
      [zeroLast, zeroFirst, twice].map((line) => line.replace(/-\d{12}/, `-a${i}`)),
    ).flat()
    expectUnharmed(await runAround(lines), ['zero-last', 'twice'])
  })

  it('keys that every object has', async () => {
    const keys = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'toJSON', '']
    const lines = keys.flatMap((key) => [
      answer({}).replace('{', `{${JSON.stringify(key)}:{"category":"RequestResponse","responseLength":0},`),
      answer({ properties: `{"responseLength":0,${JSON.stringify(key)}:{"x":1}}` }),
      `{${JSON.stringify(key)}:${answer({})}}`,
    ])
    const polluting = answer({ properties: '{"__proto__":{"responseLength":0}}', resultSignature: undefined })
    const empty = times(20, () => polluting)
    const ended = await runAround([...lines, ...empty])
    // Fourteen of them are good records of one second; each is an answer of its own.
    expectUnharmed(ended, ['odd'])
  })

  it('numbers as texts and texts as numbers', async () => {
    const good = [
      { resultSignature: 200 },
      { properties: properties('0') },
      { properties: properties('0').replace('"0"', '0.0') },
      { properties: { responseLength: 0 } },
      { durationMs: '1200' },
      { correlationId: 12345 },
      { correlationId: 1e300 },
      { callerIpAddress: 7 },
      { Tenant: true },
      { location: 5 },
    ].map((change) => answer(change, 'converted'))
    const bad = [
      { properties: properties('zero') },
      { properties: properties('0x0') },
      { properties: properties([0]) },
      { properties: properties({ a: 0 }) },
      { properties: properties(0.5) },
      { properties: properties(false) },
      { durationMs: 'long' },
      { properties: properties(0).replace(':0,', ':1e400,') },
    ].flatMap((change) => times(12, () => answer(change, 'bad')))
    const missing = [null, '', undefined].flatMap((value) =>
      times(12, () => answer({ properties: properties(value) }, 'missing')),
    )
    const ended = await runAround([...good, ...bad, ...missing])
    expectUnharmed(ended, ['converted'])
    expect(rowOf(ended, 'field_mapping').dropped).toEqual({ bad_type: bad.length })
  })
})

describe('bad resource ids', { timeout: 30_000 }, () => {
  it('missing, null, empty or no text: one group without a name', async () => {
    const odd = [undefined, null, '', {}, [], 7, true, [resourceId('x')], { a: 1 }, 'x'.repeat(1_000_000)]
    const ended = await runAround(odd.map((id) => answer({ resourceId: id })))
    expectUnharmed(ended, [null])
  })

  it('hostile: control characters, a megabyte long, paths, other alphabets', async () => {
    const names = [
      '\u001b[2J\u001b]0;owned\u0007',
      '\r\n{"event_name":"lacuna.alert"}\r\n',
      '../../../etc/passwd',
      'ｆｕｌｌ-ﬁ-İ-ß-\u202e-evil',
      '\ud800 lone',
      '<script>&|@here',
      '__proto__',
      'constructor',
      'a/b/c/d/e',
      'x'.repeat(1000),
    ]
    const lines = names.flatMap((name) => burst(name, BETWEEN, 10, { resourceId: resourceId('') + name }))
    lines.push(...burst('', BETWEEN, 10, { resourceId: `/${'x/'.repeat(500_000)}` }))
    const ended = await runAround(lines)
    expect(ended.code).toBe(0)
    expectBalanced(ended)
    // The one of a megabyte is nobody's; the others have the name they came with, in lower case.
    const groups = names.map((name) => name.toLowerCase())
    expect(new Set(opened(ended))).toEqual(new Set(['before', 'after', null, ...groups]))
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(ended.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
    expect(ended.stdout.split('\n').length - 1).toBe(ended.alerts.length)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(ended.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
  })
})

describe('bad times', { timeout: 30_000 }, () => {
  const at = (time: unknown) => answer({ time }, 'wrong-clock')

  it('missing, zero, no time at all', async () => {
    const none = [undefined, null, '', {}, []]
    const bad = [
      0,
      1_789_376_400,
      '0',
      'yesterday',
      '2026-02-30T00:00:00Z',
      true,
      '2026-09-14',
      [1],
      'x'.repeat(1e5),
    ]
    const ended = await runAround([...none, ...bad].flatMap((time) => times(11, () => at(time))))
    expectUnharmed(ended)
    const { dropped } = rowOf(ended, 'field_mapping')
    expect(dropped).toEqual({ no_time: 55, bad_time: 99 })
  })

  it('year 1, year 9999, and clocks years or hours ahead: no burst lost, none made up', async () => {
    const clocks = [
      '0001-01-01T00:00:00Z',
      '9999-12-31T23:59:59.9999999Z',
      '2099-01-01T00:00:00Z',
      '2026-09-14T16:00:00Z',
    ]
    // Nine real ones, and more of the same resource in other centuries.
    const lines = [...burst('wrong-clock', BETWEEN, 9), ...clocks.map(at)]
    for (const clock of clocks) {
      const single = await runAround([...burst('wrong-clock', BETWEEN, 9), at(clock)])
      expectUnharmed(single)
    }
    const ended = await runAround(lines)
    expectUnharmed(ended)
    expect(rowOf(ended, 'zero_length_response').noted).toMatchObject({ late: 1, future: 3 })
    for (const { attributes } of ended.alerts) {
      expect(String(attributes['lacuna.window.end'])).toMatch(/^2026-09-14T/)
    }
  })

  it('a wrong clock before anything else', async () => {
    for (const clock of ['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.9999999Z', '2099-01-01T00:00:00Z']) {
      const text = [at(clock), ...BEFORE, ...AFTER].join('\n')
      expectUnharmed(await run({ config: CONTRACT, files: { 'logs.ndjson': text } }))
    }
  })

  it('with offsets: the same moments', async () => {
    const zones = ['Z', '+00:00', '+02:00', '-11:30', '+0530', '+14:00', '-00:00', '+01', 'z', '-12:00']
    const lines = zones.map((zone, i) => {
      const hours = /^([+-])(\d\d):?(\d\d)?$/.exec(zone)
      const ahead = hours ? (Number(hours[2]) * 60 + Number(hours[3] ?? 0)) * (hours[1] === '-' ? -1 : 1) : 0
      const local = new Date(BETWEEN + i * 1000 + ahead * MINUTE).toISOString().slice(0, -5)
      return answer({ time: `${local}${zone}` }, 'zones')
    })
    const ended = await runAround(lines)
    expectUnharmed(ended, ['zones'])
    const open = ended.alerts.find(({ attributes }) => attributes['azure.resource.name'] === 'zones')
    expect(open?.timestamp).toBe('2026-09-14T09:05:09.000000000Z')
  })
})

describe('too much of it', { timeout: 60_000 }, () => {
  it('300,000 groups where 1,000 have room: memory stays bounded, and it is told', async () => {
    const cwd = directory()
    const file = openSync(join(cwd, 'logs.ndjson'), 'w')
    writeSync(file, `${BEFORE.join('\n')}\n`)
    const line = answer({ time: 'TIME' }, 'NAME')
    const [head = '', middle = '', tail = ''] = line.split(/TIME|NAME/)
    for (let chunk = 0; chunk < 300; chunk++) {
      const time = new Date(NINE + MINUTE + chunk * 1000).toISOString()
      writeSync(file, times(1000, (i) => `${head}${time}${middle}g${chunk * 1000 + i}${tail}\n`).join(''))
    }
    writeSync(file, `${AFTER.join('\n')}\n`)
    closeSync(file)
    const config = CONTRACT.replace('threshold: 10', 'threshold: 10\n    max_groups: 1000')
    // Held, they would need some 500 MiB: the process could not live with this much.
    const ended = await run({ config, env: { NODE_OPTIONS: '--max-old-space-size=128' } }, cwd)
    expect(ended.code).toBe(0)
    expectBalanced(ended)
    expect(opened(ended)).toEqual(['before', 'after'])
    expect(ended.maxRss).toBeLessThan(400)
    const notices = ended.lines.filter(({ event_name }) => event_name === 'lacuna.max_groups')
    expect(notices.length).toBeGreaterThan(0)
    expect(notices.length).toBeLessThan(100)
    expect(notices[0]).toMatchObject({ severity: 'WARN', attributes: { 'lacuna.groups.max': 1000 } })
  })

  it('every group that was given up is told, also the last ones', async () => {
    const lines = times(50, (i) => emptyAnswer(`g${i}`, NINE + i * 1000)).map((each) => JSON.stringify(each))
    const config = CONTRACT.replace('threshold: 10', 'threshold: 10\n    max_groups: 10')
    const ended = await run({ config, files: { 'logs.ndjson': lines.join('\n') } })
    const told = ended.lines.map(({ attributes }) => Number(attributes['lacuna.groups.evicted']))
    expect(told.reduce((sum, count) => sum + count, 0)).toBe(40)
  })
})

describe('bad inputs and plugins', { timeout: 30_000 }, () => {
  const TWO = CONTRACT.replace('[logs.ndjson]', '[logs.ndjson, gone.ndjson]')

  it.skipIf(process.getuid?.() === 0)(
    'a file that may not be read: the others are, then it fails',
    async () => {
      const cwd = directory({ 'logs.ndjson': around([]), 'gone.ndjson': 'x\n' })
      chmodSync(join(cwd, 'gone.ndjson'), 0)
      const ended = await run({ config: TWO }, cwd)
      expect(ended.code).toBe(1)
      expect(ended.stderr).toMatch(/cannot read .*gone\.ndjson/)
      expect(opened(ended)).toEqual(['before', 'after'])
      expectBalanced(ended)
    },
  )

  it('an input that is a directory, a broken link or damaged gzip: the others are read, then it fails', async () => {
    const gzip = Buffer.from('1f8b0800000000000003deadbeef', 'hex')
    const cwd = directory({ 'logs.ndjson': around([]), 'gone.ndjson': gzip })
    const ended = await run({ config: TWO }, cwd)
    expect(ended.stderr).toMatch(/gone\.ndjson.*gzip/)
    expect(ended.code).toBe(1)
    expect(opened(ended)).toEqual(['before', 'after'])
    expectBalanced(ended)

    const linked = directory({ 'logs.ndjson': around([]) })
    symlinkSync('nowhere', join(linked, 'gone.ndjson'))
    const broken = await run({ config: TWO }, linked)
    expect(broken.code).toBe(1)
    expect(broken.stderr).toMatch(/gone\.ndjson/)
    expect(opened(broken)).toEqual(['before', 'after'])

    const nested = directory({ 'logs.ndjson': around([]) })
    mkdirSync(join(nested, 'gone.ndjson'))
    const folder = await run({ config: TWO }, nested)
    expect(folder.code).toBe(1)
    expect(folder.stderr).toMatch(/gone\.ndjson/)
    expect(opened(folder)).toEqual(['before', 'after'])
    expectBalanced(folder)
  })

  it('a processor that throws: its batch is counted, the rest goes on', async () => {
    const plugin = `import { defineProcessor } from '@lacuna/sdk'
      import { z } from 'zod'
      export default defineProcessor({ type: 'touchy', description: 'Throws.', config: z.strictObject({}),
        create: () => ({ process(batch) {
          if (batch.records.some((record) => record.body === 'boom')) throw new TypeError('oh\\nno')
          return batch.records
        } }) })`
    const config = CONTRACT.replace('processors:\n', 'processors:\n  touchy:\n').replace(
      '[field_',
      '[touchy, field_',
    )
    // Longer than any batch, so that the bursts are in others.
    const padding = times(4000, () => answer({ properties: properties(9) }, 'quiet'))
    const text = around([...padding, 'boom', ...padding, 'boom', ...padding])
    const ended = await run({
      config,
      files: { 'logs.ndjson': text, 'touchy.ts': plugin },
      args: ['--plugin', 'touchy.ts'],
    })
    expect(opened(ended)).toEqual(['before', 'after'])
    expectBalanced(ended)
    const { dropped, out } = rowOf(ended, 'touchy')
    expect(Object.keys(dropped)).toHaveLength(1)
    expect(out).toBeGreaterThan(8000)
    expect(ended.stderr).toMatch(/touchy/)
    expect(ended.stderr.length).toBeLessThan(5000)
    expect(ended.code).toBe(0)
  })
})
