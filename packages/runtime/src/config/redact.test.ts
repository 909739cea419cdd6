import { expect, it } from 'vitest'
import { redact } from './redact.ts'

it('takes a value out of a sentence wherever it stands', () => {
  expect(redact('"hunter2" and xhunter2x', ['hunter2'])).toBe('"[redacted]" and x[redacted]x')
})

it('takes out each line of a value of several', () => {
  expect(redact('line two-two is wrong', ['one-one\n  two-two\n'])).toBe('line [redacted] is wrong')
})

it('takes a short value out only where it is a word', () => {
  expect(redact('a 10 is no 101, 10', ['10'])).toBe('a [redacted] is no 101, [redacted]')
  expect(redact('a cat sat', ['a', ''])).toBe('[redacted] cat sat')
})
