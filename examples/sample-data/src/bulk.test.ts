import { describe, expect, it } from 'vitest'
import { bulk, bulkBursts } from './bulk.ts'
import { accountOf, isChat, isMatch, mostInAnHour, naiveRead } from './naive-read.ts'

const OPTIONS = { seed: 1, records: 20_000, groups: 20 }
const text = [...bulk(OPTIONS)].join('')
const { seen, lines, unreadable } = naiveRead(text)

describe('bulk records', () => {
  it('are as many as asked for, all readable, from 820 to 860 bytes a line on average', () => {
    expect(lines).toHaveLength(20_000)
    expect(unreadable).toEqual([])
    const average = Buffer.byteLength(text) / lines.length
    expect(average).toBeGreaterThan(820)
    expect(average).toBeLessThan(860)
  })

  it('are the same for the same seed', () => {
    expect([...bulk(OPTIONS)].join('') === text).toBe(true)
    expect([...bulk({ ...OPTIONS, seed: 2 })].join('') === text).toBe(false)
  })

  it('go forward over a day with less than two seconds of jitter', () => {
    const times = seen.map(({ record }) => Date.parse(String(record.time)))
    let latest = 0
    for (const time of times) {
      expect(latest - time).toBeLessThan(2_000)
      latest = Math.max(latest, time)
    }
    expect((latest - (times[0] ?? 0)) / 3_600_000).toBeCloseTo(24, 1)
  })

  it('are chat completions to seventy percent, over all the groups', () => {
    expect(seen.filter(isChat).length / seen.length).toBeCloseTo(0.7, 1)
    expect(new Set(seen.map(accountOf)).size).toBe(20)
    expect(new Set(naiveRead([...bulk({ ...OPTIONS, groups: 3 })].join('')).seen.map(accountOf)).size).toBe(3)
  })

  it.each([1_000, 20_000])(
    'alert on the accounts of the bursts and on no other, of %i records',
    (records) => {
      const matches = naiveRead([...bulk({ ...OPTIONS, records })].join('')).seen.filter(isMatch)
      const struck = new Set(bulkBursts({ ...OPTIONS, records }).map((burst) => burst.resource))
      const names = new Set(matches.map(accountOf))
      const alerting = [...names].filter((name) => {
        const own = matches.filter((match) => accountOf(match) === name)
        return mostInAnHour(own.map(({ record }) => Date.parse(String(record.time)))).most >= 10
      })
      expect(alerting.sort()).toEqual([...struck].sort())
    },
  )

  it('come in chunks of whole lines', () => {
    for (const chunk of bulk({ ...OPTIONS, records: 500 })) expect(chunk.endsWith('}\n')).toBe(true)
  })
})
