import { describe, expect, it } from 'vitest'
import { createNoDataWatch } from './no-data.ts'
import type { Time } from './time.ts'

const MINUTE = 60_000

function watchOf(at: Readonly<Record<string, Time>> = {}) {
  return createNoDataWatch({ ruleId: 'r', after: 30 * MINUTE, latest: (source) => at[source] })
}

describe('a watch for silence', () => {
  it('tells once that a source which had records has none, and that it is back', () => {
    const watch = watchOf({ p: [1000, 5] })
    watch.open('p', false)
    expect(watch.heard('p')).toBeUndefined()
    expect(watch.tick(29 * MINUTE)).toEqual([])
    const [open, ...others] = watch.tick(MINUTE)
    expect(others).toEqual([])
    expect(open).toMatchObject({ status: 'open', source: 'p', lastSeen: [1000, 5], silent: 30 * MINUTE })
    expect(watch.tick(60 * MINUTE)).toEqual([])
    expect(watch.silent).toBe(1)
    const back = watch.heard('p')
    expect(back).toMatchObject({ status: 'resolved', lastSeen: [1000, 5], silent: 90 * MINUTE })
    expect(back?.episodeId).toBe(open?.episodeId)
    expect(back?.alertId).not.toBe(open?.alertId)
    expect(watch.silent).toBe(0)
    expect(watch.heard('p')).toBeUndefined()
  })

  it('begins to count anew with each record', () => {
    const watch = watchOf()
    watch.open('p', false)
    for (let round = 0; round < 5; round++) {
      watch.heard('p')
      expect(watch.tick(29 * MINUTE)).toEqual([])
    }
  })

  it('gives the same silence the same ids, and others to the next one', () => {
    const silence = (seconds: number) => {
      const watch = watchOf({ p: [seconds, 0] })
      watch.open('p', false)
      watch.heard('p')
      return watch.tick(40 * MINUTE)[0]?.alertId
    }
    expect(silence(1)).toBe(silence(1))
    expect(silence(1)).not.toBe(silence(2))
    expect(silence(1)).toMatch(/^[0-9a-f]{32}$/)
  })

  it('says nothing of a source that never had a record, that is finite, or that is gone', () => {
    const watch = watchOf()
    watch.open('never', false)
    watch.open('finite', true)
    watch.open('gone', false)
    watch.heard('finite')
    watch.heard('gone')
    watch.close('gone')
    expect(watch.tick(90 * MINUTE)).toEqual([])
    expect(watch.heard('gone')).toBeUndefined()
  })

  it('forgets a source that is lost while it is silent, without an end to it', () => {
    const watch = watchOf()
    watch.open('p', false)
    watch.heard('p')
    expect(watch.tick(30 * MINUTE)).toHaveLength(1)
    watch.close('p')
    watch.open('p', false)
    expect(watch.heard('p')).toBeUndefined()
  })

  it('goes on counting after a restart, for the sources that are there again', () => {
    const before = watchOf({ p: [1, 0], q: [2, 0] })
    for (const source of ['p', 'q']) {
      before.open(source, false)
      before.heard(source)
    }
    before.tick(20 * MINUTE)
    const after = watchOf()
    after.load(JSON.parse(JSON.stringify(before.save())))
    after.open('p', false)
    expect(after.tick(10 * MINUTE)).toMatchObject([{ source: 'p', lastSeen: [1, 0], silent: 30 * MINUTE }])
    const third = watchOf()
    third.load(after.save())
    third.open('p', false)
    expect(third.tick(90 * MINUTE)).toEqual([])
    expect(third.heard('p')?.status).toBe('resolved')
  })

  it('watches a bounded number of sources', () => {
    const watch = watchOf()
    for (let source = 0; source < 10_100; source++) {
      watch.open(`p${source}`, false)
      watch.heard(`p${source}`)
    }
    expect(watch.tick(30 * MINUTE)).toHaveLength(10_000)
  })
})
