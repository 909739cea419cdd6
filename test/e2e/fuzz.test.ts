import { day } from '@lacuna/example-sample-data'
import { describe, expect, it } from 'vitest'
import { burst, CONTRACT, NINE } from './records.fixture.ts'
import { expectBalanced, opened, rowOf, run } from './run-lacuna.fixture.ts'

const PIECES =
  '" \\ { } [ ] , : \u0000 \ud800 \t \r \u001b \\" \\\\" -0 1e400 null true "" {} [] "0001-01-01T00:00:00Z" "9999-12-31T23:59:59Z" __proto__ records properties 9223372036854775808'.split(
    ' ',
  )

describe('lines spoilt at random', { timeout: 60_000 }, () => {
  it.each([1, 2])('of seed %i end nothing and lose nothing: a burst after them is told', async (seed) => {
    const below = generator(seed)
    const lines = day(seed).text.split('\n')
    const spoilt = Array.from({ length: 20_000 }, (_, i) =>
      spoil(lines[i % lines.length] ?? '', lines, below),
    )
    // A day later, so that nothing of the day makes it late.
    const text = [...spoilt, ...burst('after', NINE + 24 * 3_600_000)].join('\n')
    const ended = await run({ config: CONTRACT, files: { 'logs.ndjson': text } })
    expect(ended.code).toBe(0)
    expect(opened(ended)).toContain('after')
    expectBalanced(ended)
    expect(rowOf(ended, 'file').in).toBeGreaterThan(19_000)
    expect(ended.stdout.split('\n').length - 1).toBe(rowOf(ended, 'stdout').out)
    expect(ended.lines).toHaveLength(rowOf(ended, 'stdout').out)
  })
})

type Below = (limit: number) => number

function spoil(line: string, lines: readonly string[], below: Below): string {
  const from = below(line.length + 1)
  const to = Math.min(line.length, from + 1 + below(20))
  const piece = PIECES[below(PIECES.length)] ?? ''
  const other = lines[below(lines.length)] ?? ''
  const value = /:("[^"\\]*"|-?\d+)/g
  const spoilt = [
    () => line.slice(0, from) + line.slice(to),
    () => line.slice(0, from) + piece + line.slice(from),
    () => line.slice(0, to) + line.slice(from),
    () => line.slice(0, from) + other.slice(below(other.length + 1)),
    () => {
      const all = [...line.matchAll(value)]
      const chosen = all[below(Math.max(1, all.length))]
      if (chosen === undefined) return line
      return `${line.slice(0, chosen.index)}:${piece}${line.slice(chosen.index + chosen[0].length)}`
    },
  ]
  return spoilt[below(spoilt.length)]?.() ?? line
}

function generator(seed: number): Below {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}
