import { expect, test } from 'vitest'
import { errorOf } from '../test/evaluate.ts'
import { compile, compileCondition } from './compile.ts'

const rule =
  'azure.open_ai.properties.response_length == 0 and azure.open_ai.result_signature == "200"' +
  ' and azure.open_ai.operation_name == "ChatCompletions_Create"'

test('the rule for empty answers matches a zero, and nothing that only looks like one', () => {
  const lengths = [0, 0.0, -0, 0n, '0', null, undefined, -1, Number.NaN, [0], [], false, '', 1]
  const {
    test: matches,
    evaluate,
    fields,
  } = compileCondition<Record<string, unknown>>(rule, (f) => (r) => r[f])
  const results = lengths.map((length) =>
    evaluate({
      'azure.open_ai.properties.response_length': length,
      'azure.open_ai.result_signature': '200',
      'azure.open_ai.operation_name': 'ChatCompletions_Create',
    }),
  )
  const [yes, no, unknown] = [true, false, null]
  expect(results).toEqual([
    ...[yes, yes, yes, yes, unknown, unknown, unknown, no, no],
    ...[unknown, unknown, unknown, unknown, no],
  ])
  expect(matches({})).toBe(false)
  expect(fields).toEqual([
    'azure.open_ai.properties.response_length',
    'azure.open_ai.result_signature',
    'azure.open_ai.operation_name',
  ])
})

test('each field is resolved once, in the order of the source', () => {
  const asked: string[] = []
  const resolve = (field: string) => {
    asked.push(field)
    return () => undefined
  }
  const { fields, source } = compile('b IN (a, b) OR `a` == c', resolve)
  expect(asked).toEqual(['b', 'a', 'c'])
  expect(fields).toEqual(asked)
  expect(source).toBe('b IN (a, b) OR `a` == c')
})

test('a missing field evaluates to null, and other values come as they are', () => {
  const bytes = new Uint8Array([1])
  expect(compile<unknown>('a', () => () => undefined).evaluate({})).toBe(null)
  expect(compile<unknown>('a', () => () => bytes).evaluate({})).toBe(bytes)
})

test('nothing is compiled from text: a field may have any name', () => {
  const hostile = 'constructor'
  expect(compile<unknown>('constructor', (field) => () => field).evaluate({})).toBe(hostile)
  expect(errorOf('constructor(1)').code).toBe('unknown_function')
  expect(errorOf('a::constructor').code).toBe('syntax')
  expect(errorOf('__proto__()').code).toBe('unknown_function')
})
