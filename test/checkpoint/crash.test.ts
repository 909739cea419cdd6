import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Call, type Input, live, type Random } from './world.fixture.ts'

/** A generator of numbers from 0 up to 1, by its seed. */
function seeded(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function inputOf(random: Random): Input {
  const stream = (name: string, length: number): Call[] => {
    let at = random() * 10
    return Array.from({ length }, (_, index) => {
      at += random() * random() * 40
      const late = random() < 0.2 ? random() * 8 : 0
      return {
        id: `${name}-${index}`,
        at: Math.floor(at - late),
        group: `${name} ${random() < 0.7 ? 'x' : 'y'}`,
        empty: random() < 0.6,
      }
    })
  }
  const pushed = stream('pushed', 30)
  const requests: Call[][] = []
  for (let from = 0; from < pushed.length; ) {
    const to = from + 1 + Math.floor(random() * 4)
    requests.push(pushed.slice(from, to))
    from = to
  }
  return { sources: [stream('r0', 60), stream('r1', 40)], requests }
}

/** What an alert of the pipeline of requests says, without the totals: a request that is repeated counts twice there. */
const comparable = (key: string, said: string): string => (said.includes('"rule.id":"c"') ? key : said)

async function check(seed: number): Promise<number> {
  const input = inputOf(seeded(seed))
  const calm = await live(
    input,
    () => 0.999,
    () => false,
  )
  const random = seeded(seed + 1)
  const rate = 0.002 + random() * 0.02
  const { sink, crashes } = await live(input, random, () => random() < rate)
  expect(calm.sink.alerts.size).toBeGreaterThan(0)
  expect([...sink.alerts.keys()].sort()).toEqual([...calm.sink.alerts.keys()].sort())
  for (const [key, told] of sink.alerts) {
    const [expected] = calm.sink.alerts.get(key) ?? []
    for (const said of told) expect(comparable(key, said)).toBe(comparable(key, expected ?? ''))
  }
  expect([...sink.calls].sort()).toEqual([...calm.sink.calls].sort())
  expect(sink.again).toEqual([])
  return crashes
}

describe('a process that is killed at any point, any number of times', () => {
  it('tells what an undisturbed one tells, to the same figures, and nothing again that was known to have arrived', async () => {
    let crashes = 0
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 2 ** 30 }), async (seed) => {
        crashes += await check(seed)
      }),
      { numRuns: Number(process.env.CRASH_RUNS ?? 15) },
    )
    expect(crashes).toBeGreaterThan(15)
  }, 120_000)
})
