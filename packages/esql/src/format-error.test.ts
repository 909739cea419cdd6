import { expect, test } from 'vitest'
import { errorOf } from '../test/evaluate.ts'
import { formatError } from './format-error.ts'

test('an error is shown with its line and a caret under the character', () => {
  expect(formatError(errorOf('a == 1\n  AND b = 2\n  AND c'))).toBe(
    '2:9: unexpected "=", write == to compare\n    AND b = 2\n          ^',
  )
})

test('a wrong word is underlined as a whole', () => {
  expect(formatError(errorOf('TO_LOWR(a) == "b"'))).toBe(
    '1:1: unknown function TO_LOWR, did you mean TO_LOWER?\n  TO_LOWR(a) == "b"\n  ^^^^^^^',
  )
})

test('what is missing at the end is marked behind the last character', () => {
  expect(formatError(errorOf('a =='))).toContain('\n  a ==\n      ^')
})

test('tabs stay tabs and wide characters count once, so that the caret is below its character', () => {
  expect(formatError(errorOf('\ta == "😀" § b'))).toContain('\n  \ta == "😀" § b\n  \t         ^')
})

test('a long line is cut around the place, and control characters are not printed', () => {
  const lines = formatError(errorOf(`${'a == 1 OR '.repeat(500)}b = 1${' OR c'.repeat(500)}`)).split('\n')
  expect(lines[1]?.length).toBeLessThan(120)
  expect(lines[1]?.[lines[2]?.indexOf('^') ?? -1]).toBe('=')
  expect(formatError(errorOf('a == "\u001b[31m" §'))).not.toContain('\u001b')
})

test('lines may end in any way', () => {
  expect(errorOf('a\r\n§')).toMatchObject({ line: 2, column: 1 })
  expect(errorOf('a\r§')).toMatchObject({ line: 2, column: 1 })
})
