import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { burst, CONTRACT, emptyAnswer, MINUTE, NINE, properties } from './records.fixture.ts'
import { type Ended, expectBalanced, opened, rowOf, run, start } from './run-lacuna.fixture.ts'

const ordinary = JSON.stringify(emptyAnswer('quiet', NINE + MINUTE, { properties: properties(9) }))

describe('the process', { timeout: 60_000 }, () => {
  it('ends well on SIGTERM in the middle of a big file, and neither closes nor resolves', async () => {
    const lines = 300_000
    const text = `${burst('one', NINE).join('\n')}\n${`${ordinary}\n`.repeat(lines)}`
    const { child, ended } = start({ config: CONTRACT, files: { 'logs.ndjson': text } })
    child.stdin.end()
    child.stdout.once('data', () => child.kill('SIGTERM'))
    const result = await ended
    expect(result.code).toBe(0)
    expect(rowOf(result, 'file').in).toBeLessThan(lines)
    expect(opened(result)).toEqual(['one'])
    expect(result.alerts).toHaveLength(1)
    expectBalanced(result)
    expectHandedOn(result)
  })

  it('loses nothing to a reader that is slow', async () => {
    const text = `${ordinary}\n`.repeat(30_000)
    const config = CONTRACT.replace('threshold: 10', 'threshold: 10\n    emit: all')
    const { child, ended } = start({ config, files: { 'logs.ndjson': text } })
    child.stdin.end()
    let chunks = 0
    child.stdout.on('data', () => {
      if (++chunks % 20 !== 0) return
      child.stdout.pause()
      setTimeout(() => child.stdout.resume(), 5)
    })
    const result = await ended
    expect(result.code).toBe(0)
    expect(result.stdout.endsWith('}\n')).toBe(true)
    expect(result.lines).toHaveLength(30_000)
    expect(chunks).toBeGreaterThan(100)
    expectBalanced(result)
    expectHandedOn(result)
  })

  it('writes what each component did, and the same whole numbers as standard error says', async () => {
    const lines = [...burst('one', NINE, 12), 'broken', ordinary]
    const result = await run({ config: CONTRACT, files: { 'logs.ndjson': lines.join('\n') } })
    expect(existsSync(join(result.cwd, 'summary.json'))).toBe(true)
    const summary = JSON.parse(readFileSync(join(result.cwd, 'summary.json'), 'utf8'))
    expect(Object.keys(summary)).toEqual(['started', 'ended', 'components'])
    expect(summary.started < summary.ended).toBe(true)
    expect(result.ledger.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
      'receiver file',
      'processor field_mapping',
      'processor zero_length_response',
      'exporter stdout',
    ])
    expect(rowOf(result, 'file')).toMatchObject({ in: 14, out: 14 })
    expect(rowOf(result, 'field_mapping')).toMatchObject({ in: 14, out: 13, dropped: { invalid_json: 1 } })
    expect(rowOf(result, 'zero_length_response')).toMatchObject({
      in: 13,
      created: 2,
      out: 2,
      consumed: 13,
      noted: { matched: 12, alert_open: 1, alert_resolved: 1 },
    })
    expect(result.stderr).toMatch(/^processor +field_mapping +14 +- +13 +- +1$/m)
    expectHandedOn(result)
  })
})

/** What one gives out the next takes in, up to standard output. */
function expectHandedOn({ ledger, lines }: Ended): void {
  for (const [at, row] of ledger.entries()) {
    const next = ledger[at + 1]
    expect(next === undefined ? lines.length : next.in, row.id).toBe(row.out)
  }
}
