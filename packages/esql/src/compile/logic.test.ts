import { expect, test } from 'vitest'
import { errorOf, truth } from '../../test/evaluate.ts'
import { compileCondition } from '../compile.ts'

const values = [true, false, null]

test('AND, OR and NOT are those of three-valued logic', () => {
  const and = values.map((a) => values.map((b) => truth('a AND b', { a, b })))
  expect(and).toEqual([
    [true, false, null],
    [false, false, false],
    [null, false, null],
  ])
  const or = values.map((a) => values.map((b) => truth('a OR b', { a, b })))
  expect(or).toEqual([
    [true, true, true],
    [true, false, null],
    [true, null, null],
  ])
  expect(values.map((a) => truth('NOT a', { a }))).toEqual([false, true, null])
})

test('chains of every length say the same as pairs', () => {
  for (let length = 2; length <= 7; length++) {
    const names = Array.from({ length }, (_, index) => `f${index}`)
    for (const odd of [...names, undefined]) {
      for (const value of values) {
        const rest = (other: boolean) =>
          Object.fromEntries(names.map((name) => [name, name === odd ? value : other]))
        expect(truth(names.join(' AND '), rest(true))).toBe(odd === undefined ? true : value)
        expect(truth(names.join(' OR '), rest(false))).toBe(odd === undefined ? false : value)
      }
    }
  }
})

test('a value that is no boolean is null', () => {
  expect(truth('a AND TRUE', { a: 1 })).toBe(null)
  expect(truth('NOT a', { a: 'x' })).toBe(null)
  expect(truth('a OR FALSE', { a: [true] })).toBe(null)
  expect(truth('a', { a: 1 })).toBe(null)
})

test('a type that can never be a boolean is refused where it stands', () => {
  expect(errorOf('a AND 1')).toMatchObject({ code: 'type', offset: 6, end: 7 })
  expect(errorOf('NOT LENGTH(a)')).toMatchObject({ code: 'type', offset: 4 })
  expect(() => compileCondition('a + 1', () => () => null)).toThrow(
    'a condition must be a boolean, this is a number',
  )
})

test('what cannot change the answer is not read', () => {
  const read: string[] = []
  const values: Record<string, unknown> = { no: false, yes: true }
  const resolve = (field: string) => () => {
    read.push(field)
    return values[field]
  }
  const condition = (source: string) => {
    read.length = 0
    const compiled = compileCondition<null>(source, resolve)
    compiled.test(null)
    compiled.evaluate(null)
    return [...read]
  }
  expect(condition('no AND other')).toEqual(['no', 'no'])
  expect(condition('yes OR other')).toEqual(['yes', 'yes'])
  expect(condition('missing AND no')).toEqual(['missing', 'missing', 'no'])
  expect(condition('NOT (no AND other)')).toEqual(['no', 'no'])
})
