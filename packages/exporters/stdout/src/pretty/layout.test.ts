import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cut, textWidth, wrap } from './layout.ts'

describe('the layout', () => {
  it('counts columns, not characters', () => {
    expect([
      textWidth('abc'),
      textWidth('é'),
      textWidth('e\u0301'),
      textWidth('空'),
      textWidth('キー'),
      textWidth('🔥'),
    ]).toEqual([3, 1, 1, 2, 4, 2])
  })

  it('folds between words and loses none', () => {
    expect(wrap('the answer is empty', 10)).toEqual(['the answer', 'is empty'])
    expect(wrap('short', 10)).toEqual(['short'])
    expect(wrap('', 10)).toEqual([''])
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{1,12}$/)),
        fc.integer({ min: 1, max: 30 }),
        (words, width) => {
          const lines = wrap(words.join(' '), width)
          expect(lines.join(' ')).toBe(words.join(' '))
          for (const text of lines) expect(text.length <= width || !text.includes(' ')).toBe(true)
        },
      ),
    )
  })

  it('gives a word that is too wide a line of its own', () => {
    expect(wrap('see https://example.com/long here', 10)).toEqual(['see', 'https://example.com/long', 'here'])
  })

  it('cuts to the width, the mark included', () => {
    expect(cut('abcdef', 6)).toBe('abcdef')
    expect(cut('abcdef', 5)).toBe('abcd…')
    expect(cut('空空空', 5)).toBe('空空…')
    expect(cut('空空空', 4)).toBe('空…')
  })
})
