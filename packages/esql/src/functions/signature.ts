import type { Code } from '../compile/code.ts'
import { type Context, errorAt, expectKind } from '../compile/context.ts'
import type { Kind } from '../compile/static-type.ts'
import type { CallExpr, Expr } from '../syntax/ast.ts'

/** A call whose arguments are compiled and whose number is checked. */
export interface Call<R> {
  readonly context: Context<R>
  readonly expr: CallExpr
  readonly args: ReadonlyArray<Code<R>>
}

/** A function of ES|QL. */
export interface FunctionSpec {
  /** As a message shows it: `STARTS_WITH(text, prefix)`. */
  readonly usage: string
  readonly least: number
  /** Left out where any number may follow. */
  readonly most?: number
  readonly compile: <R>(call: Call<R>) => Code<R>
}

/** The argument at an index, refused when its type is known and is none of these. */
export function argument<R>(call: Call<R>, index: number, kinds: readonly Kind[] = []): Code<R> {
  const code = call.args[index]
  if (code === undefined) throw new TypeError('the number of arguments has been checked')
  if (kinds.length > 0) expectKind(call.context, code, argumentNode(call, index), kinds, ordinal(call, index))
  return code
}

/** The tree of the argument at an index, for its place. */
function argumentNode<R>(call: Call<R>, index: number): Expr {
  return call.expr.args[index] ?? call.expr
}

/** An error at an argument. */
export function argumentError<R>(call: Call<R>, index: number, message: string): Error {
  return errorAt(call.context, 'type', argumentNode(call, index), message)
}

function ordinal<R>(call: Call<R>, index: number): string {
  return `argument ${index + 1} of ${call.expr.name.toUpperCase()}`
}
