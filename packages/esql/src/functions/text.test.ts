import { expect, test } from 'vitest'
import { errorOf, evaluate, truth } from '../../test/evaluate.ts'

test('TO_LOWER and TO_UPPER change texts, and each text of a multi-value', () => {
  expect(evaluate('TO_LOWER(a)', { a: 'GPT-4Ä' })).toBe('gpt-4ä')
  expect(evaluate('TO_UPPER(a)', { a: 'straße' })).toBe('STRASSE')
  expect(evaluate('TO_LOWER(a)', { a: ['A', 'B'] })).toEqual(['a', 'b'])
  expect(evaluate('TO_LOWER(a)', { a: 1 })).toBe(null)
  expect(evaluate('TO_LOWER(a)')).toBe(null)
})

test('LENGTH counts code points', () => {
  expect(evaluate('LENGTH(a)', { a: '' })).toBe(0)
  expect(evaluate('LENGTH(a)', { a: 'a😀é' })).toBe(3)
  expect(evaluate('LENGTH(a)', { a: '\ude00\ud83d' })).toBe(2)
  expect(evaluate('LENGTH(a)', { a: 12 })).toBe(null)
  expect(evaluate('LENGTH(a)', { a: ['a'] })).toBe(null)
})

test('STARTS_WITH and ENDS_WITH take texts', () => {
  expect(truth('STARTS_WITH(a, "gpt")', { a: 'gpt-4o' })).toBe(true)
  expect(truth('ENDS_WITH(a, b)', { a: 'gpt-4o', b: '4o' })).toBe(true)
  expect(truth('STARTS_WITH(a, "")', { a: '' })).toBe(true)
  expect(truth('STARTS_WITH(a, b)', { a: 'x' })).toBe(null)
  expect(truth('ENDS_WITH(a, "x")', { a: 1 })).toBe(null)
})

test('a literal of the wrong type is refused where it stands', () => {
  expect(errorOf('STARTS_WITH(a, 3)')).toMatchObject({
    code: 'type',
    offset: 15,
    end: 16,
    message: 'argument 2 of STARTS_WITH must be a string, this is an integer',
  })
  expect(errorOf('TO_LOWER(LENGTH(a))')).toMatchObject({ code: 'type', offset: 9 })
  expect(truth('STARTS_WITH(a, null)', { a: 'x' })).toBe(null)
})

test('a wrong number of arguments and an unknown function are refused', () => {
  expect(errorOf('a == LENGTH()')).toMatchObject({ code: 'arguments', offset: 5, end: 13 })
  expect(errorOf('STARTS_WITH(a)').message).toBe('STARTS_WITH(text, prefix) needs 2 arguments, found 1')
  expect(errorOf('CIDR_MATCH(a)').message).toContain('needs at least 2 arguments')
  expect(errorOf('start_with(a, "b")')).toMatchObject({
    code: 'unknown_function',
    suggestion: 'STARTS_WITH',
    end: 10,
  })
  expect(errorOf('FLOOR(a)').message).toContain('expected one of CASE, CIDR_MATCH')
})
