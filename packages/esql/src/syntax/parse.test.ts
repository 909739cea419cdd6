import { expect, test } from 'vitest'
import { errorOf, evaluate, truth } from '../../test/evaluate.ts'
import { limits } from '../limits.ts'
import { parseExpression } from './parse.ts'

test('operators bind as in ES|QL', () => {
  expect(evaluate('2 + 3 * 4 - 10 / 5 % 3')).toBe(12)
  expect(evaluate('2 * (3 + 4)')).toBe(14)
  expect(evaluate('10 - 3 - 2')).toBe(5)
  expect(truth('TRUE OR TRUE AND FALSE')).toBe(true)
  expect(truth('NOT FALSE AND FALSE')).toBe(false)
  expect(truth('NOT 1 == 2')).toBe(true)
  expect(truth('NOT NOT a', { a: true })).toBe(true)
  expect(truth('1 + 1 == 2 AND 3 > 2')).toBe(true)
  expect(truth('a == 1 IS NULL')).toBe(true)
  expect(truth('NOT a IN (1, 2)', { a: 3 })).toBe(true)
  expect(evaluate('1 + "2"::int')).toBe(3)
})

test('a chain of AND is one node with all its operands', () => {
  expect(parseExpression('a AND b AND (c AND d) OR e')).toMatchObject({
    kind: 'logical',
    operator: 'OR',
    operands: [
      { operator: 'AND', operands: [{ name: 'a' }, { name: 'b' }, { operator: 'AND' }] },
      { name: 'e' },
    ],
  })
})

test('every node has its place', () => {
  const source = ' foo.bar == "x" AND n IN (1, 2)'
  expect(parseExpression(source)).toMatchObject({
    start: 1,
    end: source.length,
    operands: [
      { kind: 'comparison', start: 1, end: 15, left: { start: 1, end: 8 }, right: { start: 12, end: 15 } },
      { kind: 'in', start: 20, end: 31, items: [{ start: 26 }, { start: 29 }] },
    ],
  })
})

test('keywords and functions are read in any case', () => {
  expect(truth('Not a iS nUlL aNd to_lower("A") LiKe "a" Or tRue', { a: 1 })).toBe(true)
  expect(truth('a Not In (1)', { a: 2 })).toBe(true)
})

test('a keyword behind a dot is a name, before one it must be quoted', () => {
  expect(evaluate('event.in', { 'event.in': 1 })).toBe(1)
  expect(evaluate('`in`', { in: 2 })).toBe(2)
  expect(errorOf('in == 1')).toMatchObject({ offset: 0 })
  expect(errorOf('in == 1').message).toContain('back-quotes')
})

test('what is missing or too much is named with its place', () => {
  expect(errorOf('')).toMatchObject({
    offset: 0,
    message: 'expected a value, found the end of the expression',
  })
  expect(errorOf('a ==')).toMatchObject({
    offset: 4,
    message: 'expected a value after "==", found the end of the expression',
  })
  expect(errorOf('a == 1 b').message).toBe('expected an operator or the end of the expression, found b')
  expect(errorOf('(a == 1').message).toContain('")" to close the parenthesis')
  expect(errorOf('a == 1)').message).toContain('found ")"')
  expect(errorOf('a IN 1').message).toContain('"(" after IN')
  expect(errorOf('a IN (1 2)').message).toContain('"," or ")" in the list')
  expect(errorOf('a IN ()')).toMatchObject({ offset: 6 })
  expect(errorOf('a IS 3').message).toContain('expected NULL or NOT NULL')
  expect(errorOf('a LIKE b').message).toContain('a pattern in double quotes')
  expect(errorOf('a.').message).toContain('a name after the dot')
  expect(errorOf('a.1b').message).toContain('back-quotes')
  expect(errorOf('[1, "a"]')).toMatchObject({ offset: 4, code: 'type' })
  expect(errorOf('a == NOT b').message).toContain('NOT needs parentheses')
  expect(errorOf('a RLIKE "x"').message).toContain('RLIKE is not supported')
})

test('comparisons do not chain', () => {
  expect(errorOf('1 < a < 3')).toMatchObject({ offset: 6 })
  expect(errorOf('1 < a < 3').message).toContain('cannot be chained')
  expect(errorOf('a IS NULL == b').message).toContain('cannot be chained')
  expect(truth('(1 < a) == TRUE', { a: 2 })).toBe(true)
})

test('a whole query is refused as what it is', () => {
  expect(errorOf('FROM logs | WHERE a == 1').message).toContain('whole queries are not supported')
  expect(errorOf('a == 1 | LIMIT 3').message).toContain('whole queries are not supported')
  expect(evaluate('from', { from: 1 })).toBe(1)
})

test('an unknown type is answered with the nearest', () => {
  expect(errorOf('a::strin')).toMatchObject({ offset: 3, suggestion: 'string' })
  expect(errorOf('a::1').message).toContain('the name of a type')
})

test('what is too deep is refused, however it is written', () => {
  const deep = 60_000
  const sources = [
    '('.repeat(deep),
    'NOT '.repeat(deep / 4),
    `${'-'.repeat(deep)}a`,
    'LENGTH('.repeat(deep / 8),
    `a${'+a'.repeat(deep / 2)}`,
    `a${'::int'.repeat(deep / 5)}`,
    `${'('.repeat(150)}a${'+a+a+a)'.repeat(150)}`,
  ]
  for (const source of sources) expect(errorOf(source).code, source.slice(0, 20)).toBe('limit')
})

test('what is deep within the limit, or wide, is compiled', () => {
  expect(evaluate(`${'('.repeat(limits.depth - 1)}7${')'.repeat(limits.depth - 1)}`)).toBe(7)
  expect(truth(Array.from({ length: limits.listItems }, () => 'a == 1').join(' OR '), { a: 2 })).toBe(false)
  expect(
    truth(`a IN (${Array.from({ length: limits.listItems }, (_, n) => n).join(', ')})`, { a: 4095 }),
  ).toBe(true)
  const wide = Array.from({ length: limits.listItems + 1 }, () => 1)
  expect(errorOf(`a IN (${wide.join(',')})`).code).toBe('limit')
  expect(errorOf(wide.map(() => 'a').join(' AND ')).code).toBe('limit')
  expect(errorOf(`a LIKE "${'x'.repeat(limits.patternLength + 1)}"`).code).toBe('limit')
})
