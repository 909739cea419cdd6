import { LogRecord, systemClock } from '@lacuna/sdk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fakeExporter, fakeReceiver, run, simple } from '../pipeline/fakes.fixture.ts'
import { changeSet } from './change-set.ts'
import { fakeStorage } from './fake-storage.fixture.ts'
import { packRecords, unpackRecords } from './pack-records.ts'
import { inSlices } from './slices.ts'
import { keyOf, numberOf, spaceOf } from './spaces.ts'
import { stored } from './stored.fixture.ts'

describe('packed records', () => {
  const resources = ['a', 'b'].map((name) => ({ attributes: { name }, droppedAttributesCount: 0 }))

  it('come back in their order, with their types, whatever resources they share', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.nat(1),
            fc.oneof(
              fc.string({ unit: 'grapheme' }),
              fc.integer(),
              fc.boolean(),
              fc.bigInt(2n ** 53n, 2n ** 63n - 1n),
              fc.double(),
            ),
          ),
        ),
        fc.nat(5),
        (list, skipped) => {
          const records = list.map(([which, value], index) => {
            const record = new LogRecord({ body: index, attributes: { value }, hrTime: [index + 1, 7] })
            const resource = resources[which]
            if (resource !== undefined) record.resource = resource
            return record
          })
          const back = unpackRecords(packRecords(records, skipped))
          const told = (record: LogRecord | undefined) => [
            record?.body,
            typeof record?.attributes.value === 'bigint'
              ? String(record.attributes.value)
              : record?.attributes.value,
            record?.resource.attributes,
            record?.hrTime,
          ]
          expect(back.map(told)).toEqual(records.slice(skipped).map(told))
        },
      ),
    )
  })

  it('leave a place for one that cannot be encoded', () => {
    const bad = new LogRecord({ body: 'bad' })
    bad.setAttributeView({
      get: () => undefined,
      all() {
        throw new Error('broken view')
      },
    })
    const list = [new LogRecord({ body: 1 }), bad, new LogRecord({ body: 2 })]
    expect(unpackRecords(packRecords(list)).map((record) => record?.body)).toEqual([1, undefined, 2])
  })

  it('can be read again however much is in them', () => {
    // More values than one request of OTLP may hold.
    const records = Array.from({ length: 215 }, () => new LogRecord({ body: new Array(10_000).fill(null) }))
    expect(unpackRecords(packRecords(records))).toHaveLength(215)
  })

  it('are refused when they are cut short or are something else', () => {
    const bytes = packRecords([new LogRecord({ body: 'x' })])
    for (let length = 1; length < bytes.length; length++)
      expect(() => unpackRecords(bytes.subarray(0, length))).toThrow()
    expect(() => unpackRecords(Buffer.alloc(64, 0xff))).toThrow()
    expect(() => unpackRecords(Buffer.from([0, 0, 0, 9, 0, 0, 0, 0]))).toThrow()
  })
})

describe('a set of changes', () => {
  it('has the last word for each key, and takes in what was not written without losing a newer one', () => {
    const [earlier, later] = [changeSet(), changeSet()]
    earlier.put('s', 'a', Buffer.of(1))
    earlier.put('s', 'b', Buffer.of(1))
    later.remove('s', 'a')
    later.restore(earlier)
    expect([...later]).toEqual([
      ['s', 'a', undefined],
      ['s', 'b', Buffer.of(1)],
    ])
    later.removeOnce('s', 'b')
    later.removeOnce('s', 'c')
    expect([...later]).toEqual([
      ['s', 'a', undefined],
      ['s', 'c', undefined],
    ])
  })
})

describe('slices', () => {
  it('let others have their turn', async () => {
    let now = 0
    let turns = 0
    let over = false
    const others = () => {
      turns++
      if (!over) setImmediate(others)
    }
    setImmediate(others)
    const seen: number[] = []
    const steps = function* () {
      for (let step = 0; step < 200; step++) {
        now++
        seen.push(turns)
        yield
      }
    }
    await inSlices(steps(), { ...systemClock, monotonic: () => now })
    over = true
    // A millisecond each: a look at the clock every eight of them, and five are a slice.
    expect(seen[7]).toBe(0)
    expect(new Set(seen).size).toBeGreaterThan(10)
  })
})

describe('keys and spaces', () => {
  it('are in the order of their numbers, and no longer than a storage takes', () => {
    expect([10, 9, 2 ** 40].map(keyOf).sort().map(numberOf)).toEqual([9, 10, 2 ** 40])
    expect(numberOf('12.lines')).toBeUndefined()
    const [a, b] = ['a', 'b'].map((end) => spaceOf('positions', `${'ü'.repeat(300)}${end}`))
    expect(Buffer.byteLength(a ?? '')).toBeLessThan(256)
    expect(a).not.toBe(b)
  })
})

describe('two storages', () => {
  it('are refused, because there would be a choice', async () => {
    const { parts } = stored(simple(fakeReceiver(), fakeExporter()))
    await expect(
      run({ ...parts, extensions: { ...parts.extensions, other: fakeStorage().extension } }),
    ).rejects.toThrow('storage: storage and other both keep state')
  })
})
