import { describe, expect, it } from 'vitest'
import { excerpt, positionOf } from './excerpt.ts'
import { newSource } from './source.ts'

const lines = (text: string, needle: string) => {
  const [line = '', caret = ''] = excerpt(newSource('yaml', 'a', text, '/'), text.indexOf(needle)).split('\n')
  return { line, caret }
}

describe('excerpt', () => {
  it('shows the line that the offset is in and a caret below it', () => {
    expect(lines('a: 1\r\n  bee: 2\nc: 3', 'bee')).toEqual({ line: '  bee: 2', caret: '  ^' })
  })

  it('keeps tabs, so that the caret stands right at any width of a tab', () => {
    expect(lines('a:\t{x: 1}', 'x')).toEqual({ line: 'a:\t{x: 1}', caret: '  \t ^' })
  })

  it('gives wide characters two columns and combining ones none', () => {
    expect(lines('漢字🙂: x', 'x').caret).toBe('        ^')
    expect(lines('e\u0301: x', 'x').caret).toBe('   ^')
  })

  it('shows 74 columns of a long line, with the caret under its offset', () => {
    const { line, caret } = lines(`${'ä'.repeat(5000)} here ${'漢'.repeat(5000)}`, 'here')
    expect(line.startsWith('…') && line.endsWith('…')).toBe(true)
    expect(line.slice(caret.length - 1).startsWith('here')).toBe(true)
    expect(caret.length).toBeLessThan(45)
    expect(line.length).toBeLessThan(80)
  })

  it('uses the room of a long line whose beginning is meant', () => {
    expect(lines(`key: ${'x'.repeat(500)}`, 'key')).toEqual({ line: `key: ${'x'.repeat(69)}…`, caret: '^' })
  })

  it('escapes what a terminal would act on, and still finds the column', () => {
    const { line, caret } = lines('a\u001b[31m\u202e\u009b: x', 'x')
    expect(line).toBe('a\\x1b[31m\\u{202e}\\x9b: x')
    expect(caret.length - 1).toBe(line.indexOf(': x') + 2)
  })

  it('never cuts a character in half', () => {
    const { line } = lines(`${'🙂'.repeat(300)}x${'🙂'.repeat(300)}`, 'x')
    expect(line.isWellFormed()).toBe(true)
  })

  it('hides secrets, and points at one by its beginning', () => {
    const text = 'token: hunter2, x: 1'
    const source = newSource('yaml', 'a', text, '/')
    source.secrets.push({ start: 7, end: 14 })
    expect(excerpt(source, text.indexOf('x:'))).toBe('token: [redacted], x: 1\n                   ^')
    expect(excerpt(source, 9)).toBe('token: [redacted], x: 1\n       ^')
  })

  it('points behind the last character at the end of a text', () => {
    expect(excerpt(newSource('yaml', 'a', 'abc', '/'), 3)).toBe('abc\n   ^')
    expect(excerpt(newSource('yaml', 'a', 'abc\n', '/'), 4)).toBe('\n^')
  })
})

describe('positionOf', () => {
  it('counts lines and characters from one, a tab and an emoji as one each', () => {
    const source = newSource('yaml', 'a', 'a\n\t🙂x', '/')
    expect(positionOf(source, 0)).toEqual({ line: 1, column: 1 })
    expect(positionOf(source, source.text.indexOf('x'))).toEqual({ line: 2, column: 3 })
  })
})
