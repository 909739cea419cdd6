// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references are what is tested
import { describe, expect, it } from 'vitest'
import type { Problem } from './diagnostics.ts'
import { positionOf } from './excerpt.ts'
import { parseYaml } from './parse.ts'
import { beginning, newSource } from './source.ts'
import { toPlain } from './tree.ts'

function parse(text: string) {
  const source = newSource('yaml', 'a.yaml', text, '/')
  const problems: Problem[] = []
  const tree = parseYaml(source, 0, (problem) => problems.push(problem), beginning(source))
  const told = problems.map(({ place, message }) => {
    const { line, column } = positionOf(source, place.start)
    return `${line}:${column} ${message}`
  })
  return { plain: tree === undefined ? undefined : toPlain(tree), told, broken: source.broken }
}

describe('parseYaml', () => {
  it('reads the core schema of YAML 1.2', () => {
    const { plain, told } = parse(
      'a: 0123\nb: "0123"\nc: yes\nd: true\ne: ~\nf: 1.5e3\ng: 0x1F\nh: [1, {i: x}]\nj: |\n  l\n  m\n',
    )
    expect(told).toEqual([])
    expect(plain).toEqual({
      a: 123,
      b: '0123',
      c: 'yes',
      d: true,
      e: null,
      f: 1500,
      g: 31,
      h: [1, { i: 'x' }],
      j: 'l\nm\n',
    })
  })

  it('keeps the text of a key that looks like another type', () => {
    expect(parse('007: a\ntrue: b\n').plain).toEqual({ '007': 'a', true: 'b' })
  })

  it('reads anchors, aliases and merge keys', () => {
    const { plain, told } = parse('a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: {<<: [{z: 4}, *a]}\nd: *a\n')
    expect(told).toEqual([])
    expect(plain).toMatchObject({ b: { x: 1, y: 3 }, c: { x: 1, y: 2, z: 4 }, d: { x: 1, y: 2 } })
  })

  it.each([
    ['a tab', 'a:\n\tb: 1\n', '2:1 a tab cannot indent YAML'],
    ['a quote without end', 'a: 1\nb: "x\nc: 2\n', '2:4 this quote is never closed'],
    ['a bracket without end', 'a: {b: [1, 2\nc: d\n', '1:4 this { is never closed'],
    ['a second colon', 'a: b: c\n', '1:4 a second ": " in one line'],
    ['a key without colon', 'a: 1\nb\nc: 2\n', '2:1 no ":" behind this key'],
    [
      'a wrong indentation',
      'a:\n  b: 1\n c: 2\n',
      '3:2 this line is not indented like the ones it belongs to',
    ],
    ['a reserved character', 'a: @b\n', '1:4 a value that begins with @, ` or % must be in quotes'],
    ['a wrong escape', 'a: "\\d"\n', '1:5 no such escape in a double-quoted string'],
    ['a tag', 'a: !foo b\n', '1:4 this tag cannot be used in a configuration'],
    [
      'a reference in a flow map',
      'a: {b: ${env:X}, c: d}\n',
      '1:8 a reference within { } or [ ] must be in quotes',
    ],
    ['a duplicate key', 'a: 1\nb: {c: 1, c: 2}\n', '2:11 duplicate key "c": it stands in line 2 already'],
    [
      'a second document',
      'a: 1\n---\nb: 2\n',
      '2:1 a second YAML document begins here; a configuration is one',
    ],
    ['a reference to itself', 'a: &a\n  b: [*a]\n', '2:7 this alias stands within what it stands for'],
    ['an alias of nothing', 'a: *b\n', '1:4 no anchor of this name comes before'],
    ['a key that is no text', '? [a]\n: 1\n', '1:3 a key must be text'],
    ['a merge of no map', 'a: {<<: 5}\n', '1:5 "<<" wants a map or a list of maps to merge, got a number'],
    ['deep nesting', `a: ${'['.repeat(1_000_000)}`, '1:205 this is nested deeper than 100 levels'],
    ['deep blocks', `${'- '.repeat(200)}x`, '1:203 this is nested deeper than 100 levels'],
  ])('says where and what: %s', (_, text, message) => {
    expect(parse(text).told[0]).toBe(message)
  })

  it('tells one mistake once, not its echoes', () => {
    expect(parse('a: {b: ${env:X}, c: d}\ne: f\ng: h\n').told).toHaveLength(1)
    expect(parse('a: [1, 2\nb: 3\n').told).toHaveLength(1)
  })

  it('tells independent mistakes together', () => {
    expect(parse('a: @x\nb: `y\nc: 1\nc: 2\n').told).toHaveLength(2)
  })

  it('refuses aliases that multiply, at the one that is too much', () => {
    const level = (name: string, of: string) => `${name}: &${name} [${Array(10).fill(of).join(', ')}]`
    const text = [
      level('a', 'x'),
      level('b', '*a'),
      level('c', '*b'),
      level('d', '*c'),
      level('e', '*d'),
    ].join('\n')
    const { told } = parse(text)
    expect(told).toHaveLength(1)
    expect(told[0]).toContain('aliases repeat more than 10000 values')
  })

  it('refuses __proto__ as a key and lets other odd names be', () => {
    const { plain, told } = parse('a: {__proto__: {x: 1}, constructor: 2}\n')
    expect(told).toEqual(['1:5 the key "__proto__" cannot be used'])
    expect(Object.getPrototypeOf((plain as { a: object }).a)).toBe(Object.prototype)
    expect({}).not.toHaveProperty('x')
  })

  it('does not mistake a trailing end of document for a second one', () => {
    expect(parse('a: 1\n---\n').told).toEqual([])
    expect(parse('a: 1\n...\n').told).toEqual([])
  })

  it('holds nothing when there is nothing', () => {
    for (const text of ['', '# only this\n', '---\n']) expect(parse(text).plain ?? null).toBeNull()
  })
})
