import { describe, expect, it } from 'vitest'
import type { AnyValue } from './any-value.ts'
import { cloneValue } from './clone-value.ts'

describe('a copy of a value', () => {
  it('is equal for every kind of value', () => {
    const values: AnyValue[] = ['a', '', true, 0, Number.NaN, 2n ** 63n, null, [], {}, [[1], { a: [null] }]]
    expect(cloneValue(values)).toEqual(values)
    expect(cloneValue(undefined)).toBeUndefined()
  })

  it('keeps the order of keys', () => {
    expect(Object.keys(cloneValue({ b: 1, a: { d: 1, c: 1 } }))).toEqual(['b', 'a'])
  })

  it('survives nesting deeper than the stack', () => {
    let deep: AnyValue = 'bottom'
    for (let level = 0; level < 200_000; level++) deep = [deep]
    let copy: AnyValue | undefined = cloneValue(deep)
    for (let level = 0; level < 200_000; level++) copy = Array.isArray(copy) ? copy[0] : undefined
    expect(copy).toBe('bottom')
  })

  it('takes `__proto__` as a key like any other', () => {
    const copy = cloneValue(JSON.parse('{"__proto__":{"polluted":true}}'))
    expect(Object.keys(copy)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype)
  })

  it('copies the bytes of a view, not the buffer behind it', () => {
    const copy = cloneValue(new Uint8Array(1 << 20).subarray(0, 4))
    expect([copy.length, copy.buffer.byteLength]).toEqual([4, 4])
  })
})
