import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Row, resolve } from '../test/evaluate.ts'
import { compile, compileCondition } from './compile.ts'
import { EsqlError } from './error.ts'
import { formatError } from './format-error.ts'
import { parseExpression } from './syntax/parse.ts'

const names = ['a', 'b', 'c', 'd']
const literals = ['0', '1', '-2.5', '9007199254740993', '"x"', '"1"', '""', 'TRUE', 'FALSE', 'null', '[1, 2]']
const name = fc.constantFrom(...names)
const value = fc.oneof({ weight: 2, arbitrary: name }, fc.constantFrom(...literals))
const operator = fc.constantFrom('==', '!=', '<', '<=', '>', '>=')

/** Conditions of every shape, over fields that hold anything. */
const { condition } = fc.letrec<{ condition: string; operand: string }>((tie) => ({
  operand: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    value,
    fc.tuple(name, fc.constantFrom('+', '-', '*', '/', '%'), name).map((parts) => parts.join(' ')),
    fc
      .tuple(name, fc.constantFrom('long', 'double', 'string', 'boolean', 'ip', 'datetime'))
      .map((p) => p.join('::')),
    name.map((field) => `COALESCE(${field}, b)`),
    fc.tuple(tie('condition'), name).map(([test, field]) => `CASE(${test}, ${field}, a)`),
    name.map((field) => `LENGTH(${field})`),
  ),
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    name,
    fc.constantFrom('TRUE', 'FALSE', 'null'),
    fc.tuple(tie('operand'), operator, tie('operand')).map((parts) => parts.join(' ')),
    fc
      .tuple(tie('operand'), fc.array(tie('operand'), { minLength: 1, maxLength: 4 }))
      .map(([left, items]) => `(${left}) IN (${items.join(', ')})`),
    name.map((field) => `${field} NOT IN (1, "x", null)`),
    name.map((field) => `${field} LIKE "*1?"`),
    fc.tuple(name, fc.constantFrom('IS NULL', 'IS NOT NULL')).map((parts) => parts.join(' ')),
    name.map((field) => `STARTS_WITH(${field}, "x")`),
    name.map((field) => `CIDR_MATCH(${field}, "10.0.0.0/8", "::/1")`),
    fc.tuple(name, name).map((parts) => `MV_CONTAINS(${parts.join(', ')})`),
    tie('condition').map((inner) => `NOT (${inner})`),
    fc
      .tuple(fc.constantFrom(' AND ', ' OR '), fc.array(tie('condition'), { minLength: 2, maxLength: 6 }))
      .map(([joint, parts]) => parts.map((part) => `(${part})`).join(joint)),
  ),
}))

const single = fc.oneof(
  fc.constantFrom(0, -0, 1, 2.5, Number.NaN, Infinity, 1n, 9007199254740993n, 2n ** 70n, 9007199254740992),
  fc.constantFrom('', 'x', '1', '0', 'xy10', '10.0.0.1', '::1', '203.0.113.***', '2026-01-01', 'true'),
  fc.constantFrom(true, false, null, undefined),
)
const anything = fc.oneof(
  { weight: 6, arbitrary: single },
  fc.array(single, { maxLength: 3 }),
  fc.constant(new Uint8Array([1])),
  fc.constant({ x: 1 }),
)
const record: fc.Arbitrary<Row> = fc.record({ a: anything, b: anything, c: anything, d: anything })

/** A condition's value; null for one whose types are refused, which is not what is tested here. */
function compiled(source: string) {
  try {
    return compileCondition(source, resolve)
  } catch (error) {
    if (error instanceof EsqlError && error.code === 'type') return null
    throw error
  }
}

const runs = { numRuns: 3000 }

test('test says whether evaluate is true, and the test of NOT whether it is false', () => {
  fc.assert(
    fc.property(condition, record, (source, row) => {
      const plain = compiled(source)
      const negated = compiled(`NOT (${source})`)
      if (plain === null || negated === null) return
      const truth = plain.evaluate(row)
      expect(plain.test(row)).toBe(truth === true)
      expect(negated.test(row)).toBe(truth === false)
      expect(negated.evaluate(row)).toBe(truth === null ? null : !truth)
    }),
    runs,
  )
})

test("De Morgan's laws hold with null", () => {
  fc.assert(
    fc.property(condition, condition, record, (p, q, row) => {
      const pairs = [
        [`NOT ((${p}) AND (${q}))`, `NOT (${p}) OR NOT (${q})`],
        [`NOT ((${p}) OR (${q}))`, `NOT (${p}) AND NOT (${q})`],
        [`(${p}) AND (${q})`, `(${q}) AND (${p})`],
        [`(${p}) OR ((${p}) AND (${q}))`, `(${p}) OR (${p})`],
      ] as const
      for (const [left, right] of pairs) {
        expect(compiled(left)?.evaluate(row)).toBe(compiled(right)?.evaluate(row))
      }
    }),
    runs,
  )
})

test("comparisons are each other's mirror and opposite", () => {
  const mirror = { '==': '==', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' }
  fc.assert(
    fc.property(value, operator, value, record, (left, sign, right, row) => {
      const other = mirror[sign]
      const truth = compiled(`${left} ${sign} ${right}`)?.evaluate(row)
      expect(compiled(`${right} ${other} ${left}`)?.evaluate(row)).toBe(truth)
      const equal = compiled(`${left} == ${right}`)?.evaluate(row)
      expect(compiled(`${left} IN (${right})`)?.evaluate(row)).toBe(equal)
    }),
    runs,
  )
})

test('a literal compares as a field with its value does', () => {
  fc.assert(
    fc.property(fc.constantFrom(...literals), operator, anything, (literal, sign, a) => {
      const b = compile(literal, resolve).evaluate({})
      expect(compiled(`a ${sign} ${literal}`)?.evaluate({ a })).toBe(
        compiled(`a ${sign} b`)?.evaluate({ a, b }),
      )
      expect(compiled(`a IN (${literal})`)?.evaluate({ a })).toBe(compiled(`a IN (b)`)?.evaluate({ a, b }))
    }),
    runs,
  )
})

test('any text is parsed or refused with a place inside it, and nothing else happens', () => {
  const words = fc.constantFrom(
    ...[
      'a',
      '`b`',
      '.',
      '"x"',
      '"',
      '1',
      '1.5e',
      '-',
      '(',
      ')',
      '[',
      ']',
      ',',
      '::',
      'int',
      '==',
      '<',
      '/',
      '*',
    ],
    ...[
      'AND',
      'OR',
      'NOT',
      'IN',
      'LIKE',
      'IS',
      'NULL',
      'CASE(',
      'TO_LOWER(',
      '"""',
      '/*',
      '//',
      '\n',
      '😀',
      '|',
    ],
  )
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.array(words, { maxLength: 40 }).map((parts) => parts.join(' ')),
    fc.array(words, { maxLength: 40 }).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(texts, (source) => {
      for (const attempt of [() => parseExpression(source), () => compile(source, resolve).evaluate({})]) {
        try {
          attempt()
        } catch (error) {
          expect(error).toBeInstanceOf(EsqlError)
          if (!(error instanceof EsqlError)) return
          expect(error.offset).toBeGreaterThanOrEqual(0)
          expect(error.end).toBeLessThanOrEqual(source.length)
          expect(formatError(error)).toContain('^')
        }
      }
    }),
    { numRuns: 5000 },
  )
})
