import { expect, test } from 'vitest'
import { errorOf } from '../test/evaluate.ts'
import { compileCondition, EsqlError, formatError } from './index.ts'

test('the example of the README says what happens', () => {
  type Row = Record<string, unknown>
  const resolve = (field: string) => (row: Row) => row[field]
  const empty = compileCondition<Row>('response_length == 0 AND status == "200"', resolve)
  expect(empty.fields).toEqual(['response_length', 'status'])
  expect(empty.test({ response_length: 0, status: '200' })).toBe(true)
  expect(empty.test({ status: '200' })).toBe(false)
  expect(empty.evaluate({ status: '200' })).toBe(null)
})

test('the error of the README is the one that is shown', () => {
  const error = errorOf('status == "200"\n  AND TO_LOWR(model) == "gpt-4o"')
  expect(error).toBeInstanceOf(EsqlError)
  expect(formatError(error)).toBe(
    [
      '2:7: unknown function TO_LOWR, did you mean TO_LOWER?',
      '    AND TO_LOWR(model) == "gpt-4o"',
      '        ^^^^^^^',
    ].join('\n'),
  )
})
