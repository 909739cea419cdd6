import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { day } from './day.ts'
import { accountOf, isChat, isMatch, mostInAnHour, naiveRead } from './naive-read.ts'
import type { Match } from './truth.ts'

const { text, truth } = day()
const committed = (name: string) => readFileSync(new URL(`../sample/${name}`, import.meta.url), 'utf8')

function matchesOf(name: string): Match[] {
  const resource = truth.resources.find((one) => one.name === name)
  if (!resource) throw new Error(`the truth knows no ${name}`)
  return resource.matches
}

const counted = (name: string) => matchesOf(name).filter((match) => !match.duplicate && !match.late)
const times = (matches: readonly Match[]) => matches.map((match) => Date.parse(match.time))

const ALERTING = ['contoso-support-chat', 'fabrikam-claims-desk', 'contoso-loadtest']

/** The tenth empty answer of each, to the millisecond; they change with the seed and the stories. */
const EXPECTED = {
  burst: '2026-09-14T09:17:28.157Z',
  straddle: '2026-09-14T14:06:50.685Z',
  loadTest: '2026-09-14T11:06:10.376Z',
}

describe('the sample day', () => {
  it('is the same to the byte for the same seed and another for another', () => {
    expect(day(1)).toEqual({ text, truth })
    expect(day(2).text).not.toBe(text)
  })

  it('is what is committed, and so is its truth', () => {
    expect(committed('azure-openai-day.ndjson') === text).toBe(true)
    expect(JSON.parse(committed('azure-openai-day.truth.json'))).toEqual(truth)
  })

  it('is small: 3,000 to 4,000 lines and less than 4 MB of plain ASCII', () => {
    expect(truth.lines).toBeGreaterThan(3_000)
    expect(truth.lines).toBeLessThan(4_000)
    expect(Buffer.byteLength(text)).toBe(text.length)
    expect(text.length).toBeLessThan(4_000_000)
  })

  it('uses reserved addresses only', () => {
    const addresses = text.match(/\d+\.\d+\.\d+\.(\d+|\*{3})(?=")/g) ?? []
    const others = addresses.filter(
      (address) => !/^(203\.0\.113|198\.51\.100|192\.0\.2|0\.47)\./.test(address),
    )
    expect(others).toEqual([])
  })
})

describe('the truth', () => {
  const { seen, lines, unreadable } = naiveRead(text)

  it('holds the matches that a plain reader finds, line by line', () => {
    for (const { name, calls, matches } of truth.resources) {
      const own = seen.filter((one) => accountOf(one) === name)
      expect(own.filter(isChat).length, name).toBe(calls)
      const found = own.filter(isMatch).map(({ line, record }) => [line, record.time, record.correlationId])
      expect(matches.map((match) => [match.line, match.time, match.correlationId])).toEqual(found)
    }
    const known = truth.resources.flatMap((resource) => resource.matches).length
    expect(seen.filter(isMatch)).toHaveLength(known)
  })

  it('counts lines, categories and broken records as they are', () => {
    const { raw_newline, bad_type, ...others } = truth.broken
    expect(lines).toHaveLength(truth.lines)
    expect(unreadable).toHaveLength(
      2 * raw_newline + Object.values(others).reduce((sum, count) => sum + count, 0),
    )
    for (const [category, count] of Object.entries(truth.records)) {
      // A record with a length of the wrong type can be read; it cannot be mapped.
      const unmapped = category === 'RequestResponse' ? bad_type : 0
      expect(seen.filter((one) => one.record.category === category).length - unmapped, category).toBe(count)
    }
  })

  it('is clear about lateness: nothing is four to six minutes behind', () => {
    let latest = Date.parse('2026-09-14T00:00:00Z')
    for (const { record } of seen) {
      const ms = Date.parse(String(record.time))
      if (ms > latest + 3_600_000) continue // a clock that is ahead
      const behind = (latest - ms) / 60_000
      expect(behind > 4 && behind < 6, String(record.time)).toBe(false)
      latest = Math.max(latest, ms)
    }
  })
})

describe('what a trailing hour and a threshold of ten make of it', () => {
  it('finds the burst at its tenth distinct empty answer', () => {
    const matches = counted('contoso-support-chat')
    expect(matches).toHaveLength(18)
    expect(matchesOf('contoso-support-chat')).toHaveLength(21)
    expect(mostInAnHour(times(matches))).toEqual({ most: 18, tenth: Date.parse(EXPECTED.burst) })
  })

  it('finds the burst across 14:00, which no tumbling hour holds', () => {
    const at = times(counted('fabrikam-claims-desk'))
    expect(mostInAnHour(at)).toEqual({ most: 12, tenth: Date.parse(EXPECTED.straddle) })
    const fourteen = Date.parse('2026-09-14T14:00:00Z')
    expect([at.filter((ms) => ms < fourteen).length, at.filter((ms) => ms >= fourteen).length]).toEqual([
      6, 6,
    ])
  })

  it('finds the load test, all of one account, unless an exception names it', () => {
    const matches = counted('contoso-loadtest')
    expect(mostInAnHour(times(matches))).toEqual({ most: 60, tenth: Date.parse(EXPECTED.loadTest) })
    const ids = new Set(matches.map((match) => match.correlationId))
    const own = naiveRead(text).seen.filter(({ record }) => ids.has(String(record.correlationId)))
    expect(new Set(own.map(({ properties }) => properties.objectId)).size).toBe(1)
  })

  it('finds nothing where nine are told fifteen times, and would where rows are counted', () => {
    expect(mostInAnHour(times(counted('northwind-search-assist'))).most).toBe(9)
    expect(mostInAnHour(times(matchesOf('northwind-search-assist'))).most).toBe(15)
  })

  it('finds nothing where four of twelve are late, and would where lateness is allowed', () => {
    expect(mostInAnHour(times(counted('litware-notes-lab'))).most).toBe(8)
    expect(mostInAnHour(times(matchesOf('litware-notes-lab'))).most).toBe(12)
  })

  it('finds nothing where an hour, one end of it, always holds nine', () => {
    expect(mostInAnHour(times(counted('tailspin-booking-chat'))).most).toBe(9)
  })

  it('finds nothing anywhere else', () => {
    const others = truth.resources.filter(({ name }) => !ALERTING.includes(name))
    for (const { name } of others) expect(mostInAnHour(times(counted(name))).most, name).toBeLessThan(10)
  })
})
