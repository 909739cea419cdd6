import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { match, testDetector } from './stream.fixture.ts'

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f']
const records = fc.array(
  fc.record({ minute: fc.integer({ min: 0, max: 240 }), group: fc.constantFrom(...NAMES) }),
  { maxLength: 40 },
)

describe('a snapshot that is gone through while records come', () => {
  it('has the state of the moment at which it was asked for', () => {
    fc.assert(
      fc.property(records, records, fc.nat(6), (before, after, taken) => {
        const feed = (detector: ReturnType<typeof testDetector>, list: typeof before) => {
          for (const { minute, group } of list.toSorted((a, b) => a.minute - b.minute))
            detector.add('s', match(minute, { group }))
        }
        const [early, late] = [testDetector({ maxGroups: 4 }), testDetector({ maxGroups: 4 })]
        for (const detector of [early, late]) feed(detector, before)
        const expected = [...early.snapshot().entries]

        const entries = late.snapshot().entries[Symbol.iterator]()
        const got = []
        for (let count = 0; count < taken; count++) {
          const { value, done } = entries.next()
          if (done !== true) got.push(value)
        }
        feed(late, after)
        got.push(...{ [Symbol.iterator]: () => entries })
        expect(got).toEqual(expected)

        // What came meanwhile is in the next one, as it would have been.
        feed(early, after)
        expect([...late.snapshot().entries]).toEqual([...early.snapshot().entries])
      }),
    )
  })
})
