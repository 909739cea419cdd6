import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bare, code, safe } from './text.ts'

describe('text that a stranger wrote', () => {
  it('calls nobody and hides no link', () => {
    expect(safe('<!channel> <@U012> <https://evil.example|https://bank.example> a&b', 200)).toBe(
      '&lt;!channel&gt; &lt;@U012&gt; &lt;https://evil.example|https://bank.example&gt; a&amp;b',
    )
    expect(code('<!here>', 200)).toBe('`&lt;!here&gt;`')
  })

  it('shows what turns the direction of reading, ends a line, or is not seen at all', () => {
    expect(safe('a\u202eb\u0000c\r\n\td\u2028e\u200bf\ufeffg\ud800h\u{e0041}', 200)).toBe(
      'a\\u202eb\\u0000c\\r\\n\\td\\u2028e\\u200bf\\ufeffg\\ud800h\\udb40\\udc41',
    )
  })

  it('cannot leave the code it stands in', () => {
    expect(code('`*bold*` ```', 200)).toBe("`'*bold*' '''`")
    expect(code('', 200)).toBe('`""`')
  })

  it('is bare between marks of ours only without marks of its own', () => {
    expect(bare('Model theft (v2)', 60)).toBe('Model theft (v2)')
    for (const name of ['*bold*', ':siren:', '_i_', '~s~', '@here', '#general', 'https://a.example', '']) {
      expect(bare(name, 60)).toMatch(/^`.*`$/)
    }
  })

  it('keeps within the limit, whole characters and whole escapes, and says when it was cut', () => {
    expect(safe('abcdef', 5)).toBe('abcd…')
    expect(safe('ab<d', 5)).toBe('ab…')
    expect(safe('👍👍👍', 5)).toBe('👍👍…')
    expect(safe('x'.repeat(2 ** 20), 100)).toHaveLength(100)
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 3, max: 60 }), (text, limit) => {
        for (const shown of [safe(text, limit), code(text, Math.max(4, limit))]) {
          expect(shown.length).toBeLessThanOrEqual(Math.max(4, limit))
          expect(shown.isWellFormed()).toBe(true)
          expect(shown.replaceAll(/&(?:amp|lt|gt);/g, '')).not.toMatch(/[&<>\n\r\u202e\p{Cc}]/u)
        }
      }),
    )
  })
})
