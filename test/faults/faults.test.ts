import { describe, expect, it } from 'vitest'
import type { Fault } from './fault.ts'
import { faults } from './faults/index.ts'
import type { SourceKind } from './feed.ts'
import { type Played, play } from './play.ts'

/** A tenth of what `npm run test:faults` plays, so that it fits into every run of the tests. */
const SCALE = { records: 500, resources: 10, strikes: 2 }
/** Milliseconds within which an acknowledgement must be saved: 50 are promised, the rest is for a busy machine. */
const MARGIN = 1000
const SHORT: readonly (readonly [name: string, source: SourceKind, seed: number])[] = [
  ['kill', 'file', 1],
  ['kill', 'otlp', 2],
  ['term', 'file', 3],
  ['disk_full', 'file', 4],
  ['torn', 'file', 5],
  ['rotate', 'file', 7],
]

function faultOf(name: string): Fault {
  const fault = faults.find((each) => each.name === name)
  if (fault === undefined) throw new Error(`there is no fault ${name}`)
  return fault
}

/** Plays a run, and the next seeds where no strike met work under way. */
async function played(name: string, source: SourceKind, seed: number, change = {}): Promise<Played> {
  const fault = faultOf(name)
  const options = { fault, source, broker: undefined, margin: MARGIN, keep: false, scale: SCALE, ...change }
  for (let next = seed; ; next += 100) {
    const result = await play({ ...options, seed: next })
    if (result.strikes.met > 0 || result.failures.length > 0 || next > seed + 200) return result
  }
}

describe('the alerts that come out are those of an undisturbed run', { timeout: 90_000 }, () => {
  for (const [name, source, seed] of SHORT) {
    const reason = faultOf(name).unavailable?.()
    const title = `${name} (${source}, seed ${seed})${reason === undefined ? '' : ` (skipped: ${reason})`}`
    it.skipIf(reason !== undefined)(title, async () => {
      const { failures, notes, strikes } = await played(name, source, seed)
      expect(failures, notes.join('\n')).toEqual([])
      expect(strikes.met).toBeGreaterThan(0)
    })
  }

  it('and without a storage the same checks find alerts that come again', async () => {
    const { failures } = await played('kill', 'file', 1, { storage: false, margin: 0 })
    expect(failures.join('\n')).toContain('sent again')
  })
})
