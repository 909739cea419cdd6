import { expect, test } from 'vitest'
import { errorOf, evaluate } from '../../test/evaluate.ts'
import { limits } from '../limits.ts'
import { tokenize } from './tokenize.ts'

test('each token knows its place', () => {
  expect(tokenize('a  >= 1.5').map(({ kind, start, end }) => [kind, start, end])).toEqual([
    ['name', 0, 1],
    ['symbol', 3, 5],
    ['number', 6, 9],
    ['end', 9, 9],
  ])
})

test('comments and white space separate tokens and are nothing else', () => {
  expect(evaluate('1 // one\n + /* two /* nested */ */ 2')).toBe(3)
  expect(evaluate('4//2')).toBe(4)
  expect(errorOf('1 /* open').message).toContain('not closed')
})

test('escapes are resolved in simple strings and kept in triple ones', () => {
  expect(evaluate(String.raw`"a\t\n\r\"\\b"`)).toBe('a\t\n\r"\\b')
  expect(evaluate(String.raw`"""a\t "quoted" b"""`)).toBe(String.raw`a\t "quoted" b`)
  expect(evaluate('"""ends with two quotes"""""')).toBe('ends with two quotes""')
  expect(evaluate('""')).toBe('')
  expect(evaluate('""""""')).toBe('')
})

test('a string that is not closed or escapes the unknown is refused where it is', () => {
  expect(errorOf('a == "b')).toMatchObject({ offset: 5, code: 'syntax' })
  expect(errorOf('a == "b\nc"')).toMatchObject({ offset: 5 })
  expect(errorOf(String.raw`"ab\d"`)).toMatchObject({ offset: 3, end: 5 })
  expect(errorOf('"""a""')).toMatchObject({ offset: 0 })
})

test('names may begin with @ or _, and back-quotes allow anything', () => {
  expect(evaluate('@timestamp', { '@timestamp': 1 })).toBe(1)
  expect(evaluate('_id', { _id: 2 })).toBe(2)
  expect(evaluate('`a-b`.c.`d e`', { 'a-b.c.d e': 3 })).toBe(3)
  expect(evaluate('`a``b`', { 'a`b': 4 })).toBe(4)
  expect(evaluate('````', { '`': 5 })).toBe(5)
  expect(evaluate('a . b', { 'a.b': 6 })).toBe(6)
  expect(errorOf('``').message).toContain('cannot be empty')
  expect(errorOf('`a').message).toContain('not closed')
  expect(errorOf('@').offset).toBe(0)
})

test('what other languages write is answered with what ES|QL writes', () => {
  expect(errorOf('a = 1')).toMatchObject({ offset: 2, message: 'unexpected "=", write == to compare' })
  expect(errorOf('a && b').message).toContain('write AND')
  expect(errorOf('a || b').message).toContain('write OR')
  expect(errorOf('!a').message).toContain('write NOT')
  expect(errorOf('a <> 1').message).toContain('write !=')
  expect(errorOf("a == 'b'").message).toContain('double quotes')
  expect(errorOf('a =~ "b"').message).toContain('TO_LOWER')
  expect(errorOf('a : "b"').message).toContain('match operator')
  expect(errorOf('a == ?x').message).toContain('parameters')
  expect(errorOf('a § b').message).toContain('"§"')
  expect(errorOf('a == 😀')).toMatchObject({ offset: 5, end: 7 })
})

test('a source longer than the limit is refused before it is read', () => {
  expect(errorOf(`a${' '.repeat(limits.sourceLength)}`).code).toBe('limit')
  expect(evaluate(`1${' '.repeat(limits.sourceLength - 1)}`)).toBe(1)
})
