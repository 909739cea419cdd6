import type { Code } from './compile/code.ts'
import { compileNode } from './compile/compile-node.ts'
import { type Context, expectKind, type Resolve } from './compile/context.ts'
import { parseExpression } from './syntax/parse.ts'
import type { Truth, Value } from './values/value.ts'

/** An expression, ready to be evaluated for any number of records. */
export interface Expression<R> {
  readonly source: string
  /** The names of the fields it reads, each once, in the order of the source. */
  readonly fields: readonly string[]
  /** Its value for a record. Never throws, unless reading a field does; a missing field is null. */
  evaluate(this: void, record: R): Value
}

/** An expression that is true, false or null. */
export interface Condition<R> {
  readonly source: string
  /** The names of the fields it reads, each once, in the order of the source. */
  readonly fields: readonly string[]
  /** Whether it is true; null counts as false. The fast way: it looks at no more than it needs. */
  test(this: void, record: R): boolean
  /** Its value in full. A value that is no boolean is null. */
  evaluate(this: void, record: R): Truth
}

/**
 * Compiles an ES|QL expression, once, to a function. `resolve` is asked once for each distinct field.
 *
 * @throws EsqlError with the place, for what is no expression, an unknown function, or types that can never work
 *
 * @example
 * ```ts
 * type Row = Record<string, unknown>
 * const size = compile<Row>('COALESCE(length, 0) + 1', (field) => (row) => row[field])
 * size.evaluate({ length: 41 }) // 42
 * ```
 */
export function compile<R>(source: string, resolve: Resolve<R>): Expression<R> {
  const { code, fields } = compileSource(source, resolve)
  const { evaluate } = code
  return { source, fields, evaluate: (record) => (evaluate(record) ?? null) as Value }
}

/**
 * Compiles a condition: an expression that is used as a filter.
 *
 * @throws EsqlError as {@link compile} does, and `type` for an expression that can never be a boolean
 *
 * @example
 * ```ts
 * type Row = Record<string, unknown>
 * const empty = compileCondition<Row>('length == 0 AND status == "200"', (field) => (row) => row[field])
 * empty.test({ length: 0, status: '200' }) // true
 * empty.test({ status: '200' }) // false: null is not zero
 * empty.evaluate({ status: '200' }) // null
 * ```
 */
export function compileCondition<R>(source: string, resolve: Resolve<R>): Condition<R> {
  const { code, fields, context, span } = compileSource(source, resolve)
  expectKind(context, code, span, ['boolean'], 'a condition')
  const { evaluate, isTrue } = code
  return {
    source,
    fields,
    test: isTrue,
    evaluate: (record) => {
      const value = evaluate(record)
      return typeof value === 'boolean' ? value : null
    },
  }
}

function compileSource<R>(source: string, resolve: Resolve<R>) {
  const span = parseExpression(source)
  const context: Context<R> = { source, fields: new Map(), resolve }
  const code: Code<R> = compileNode(context, span)
  return { code, context, span, fields: [...context.fields.keys()] as readonly string[] }
}
