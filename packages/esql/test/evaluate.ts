import { compile, compileCondition, EsqlError, type Truth, type Value } from '../src/index.ts'

/** A record of the tests: its fields by their dotted names. */
export type Row = Readonly<Record<string, unknown>>

export const resolve = (field: string) => (row: Row) => row[field]

/** The value of an expression for one record. */
export function evaluate(source: string, row: Row = {}): Value {
  return compile(source, resolve).evaluate(row)
}

/** The value of a condition for one record, after checking that `test` agrees with it. */
export function truth(source: string, row: Row = {}): Truth {
  const condition = compileCondition(source, resolve)
  const value = condition.evaluate(row)
  if (condition.test(row) !== (value === true)) throw new Error(`test disagrees with evaluate: ${source}`)
  const negated = compileCondition(`NOT (${source})`, resolve)
  if (negated.test(row) !== (value === false)) throw new Error(`NOT disagrees with evaluate: ${source}`)
  return value
}

/** The error an expression is refused with. */
export function errorOf(source: string): EsqlError {
  try {
    compile(source, resolve)
  } catch (error) {
    if (error instanceof EsqlError) return error
    throw error
  }
  throw new Error(`compiled without an error: ${source}`)
}
