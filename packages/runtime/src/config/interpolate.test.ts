// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references are what is tested
import { describe, expect, it } from 'vitest'
import { parseTemplate, TemplateError } from './interpolate.ts'

describe('parseTemplate', () => {
  it('leaves a text without references as it is', () => {
    expect(parseTemplate('a $ConnectionString, 5$, {x}')).toEqual(['a $ConnectionString, 5$, {x}'])
  })

  it('makes one dollar sign of two', () => {
    expect(parseTemplate('$${env:X} costs 5$$').join('')).toBe('${env:X} costs 5$')
  })

  it('finds references within a text, with defaults and references in those', () => {
    expect(parseTemplate('a/${env:B:-c-${file:d}}e')).toEqual([
      'a/',
      {
        scheme: 'env',
        name: ['B'],
        fallback: ['c-', { scheme: 'file', name: ['d'], start: 13, end: 22 }],
        start: 2,
        end: 23,
      },
      'e',
    ])
  })

  it('takes a colon in a default, and an empty default', () => {
    expect(parseTemplate('${env:A:-http://b:1}')).toMatchObject([{ fallback: ['http://b:1'] }])
    expect(parseTemplate('${env:A:-}')).toMatchObject([{ fallback: [] }])
  })

  it.each([
    ['${env:A', 'no "}"'],
    ['${env:A:-b', 'no "}"'],
    ['${HOME}', 'a reference is'],
    ['${foo:bar}', 'a reference is'],
    ['${}', 'a reference is'],
    [`${'${env:A:-'.repeat(20)}x${'}'.repeat(20)}`, 'nested too deeply'],
  ])('refuses %s', (text, message) => {
    expect(() => parseTemplate(text)).toThrow(TemplateError)
    expect(() => parseTemplate(text)).toThrow(message)
  })

  it('repeats in a hint only what looks like the name of a variable', () => {
    const hint = (text: string) => {
      try {
        parseTemplate(text)
      } catch (error) {
        return error instanceof TemplateError ? error.suggestion : undefined
      }
    }
    expect(hint('${HOME}')).toContain('did you mean "${env:HOME}"?')
    expect(hint('${hunter2}')).not.toContain('hunter2')
  })
})
