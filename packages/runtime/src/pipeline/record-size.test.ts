import { type AnyValue, LogRecord } from '@lacuna/sdk'
import { describe, expect, it } from 'vitest'
import { estimateBytes, estimateList } from './record-size.ts'

describe('the estimated size of a record', () => {
  it('is the characters of its body, its attributes and their names, and a constant for the rest', () => {
    expect(estimateBytes(new LogRecord())).toBe(64)
    expect(estimateBytes(new LogRecord({ body: 'hello', attributes: { name: 'value', n: 1 } }))).toBe(
      64 + (8 + 5) + (4 + 8 + 5) + (1 + 8),
    )
    const nested = { a: [new Uint8Array(10), true, null, 5n], b: { c: 'd' } }
    expect(estimateBytes(new LogRecord({ body: nested }))).toBe(
      64 + 8 + 1 + 8 + 18 + 8 + 8 + 8 + 1 + 8 + 1 + 9,
    )
  })

  it('is a view’s own word for it where it has one, and then nothing is built', () => {
    const record = new LogRecord()
    const fail = () => {
      throw new Error('built')
    }
    record.setAttributeView({ size: 500, get: fail, all: fail })
    expect(estimateBytes(record)).toBe(564)
    record.setAttributeView({ get: fail, all: () => ({ a: 'b' }) })
    expect(estimateBytes(record)).toBe(64 + 10)
  })

  it('ends for values of any depth, and for a view that throws', () => {
    let deep: AnyValue = 'bottom'
    for (let level = 0; level < 100_000; level++) deep = [deep]
    const throwing = new LogRecord()
    throwing.setAttributeView({
      get: () => undefined,
      all() {
        throw new Error('broken')
      },
    })
    expect(estimateList([new LogRecord({ body: deep }), throwing])).toBeLessThan(1000)
  })
})
