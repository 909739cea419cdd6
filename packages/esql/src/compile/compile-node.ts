import { compileCall } from '../functions/registry.ts'
import type { ArithmeticExpr, CastExpr, Expr, LikeExpr, LogicalExpr } from '../syntax/ast.ts'
import type { Value } from '../values/value.ts'
import { arithmetic, negative } from './arithmetic.ts'
import { cast, castableFrom } from './cast.ts'
import { type Code, constantCode, valueCode } from './code.ts'
import { comparison } from './comparison.ts'
import { accessor, type Context, expectKind } from './context.ts'
import { inList } from './in.ts'
import { and, not, or } from './logic.ts'
import { isNullTest, like } from './predicate.ts'

/** Compiles a tree, from the leaves up. What each kind of node means is in the file named after it. */
export function compileNode<R>(context: Context<R>, expr: Expr): Code<R> {
  switch (expr.kind) {
    case 'literal':
      return constantCode(expr.type, expr.value)
    case 'list': {
      const values: readonly Value[] = expr.items.map((item) => item.value)
      return constantCode(expr.items[0]?.type ?? 'null', values)
    }
    case 'field':
      return valueCode('unknown', accessor(context, expr.name))
    case 'logical':
      return compileLogical(context, expr)
    case 'not': {
      const operand = compileNode(context, expr.operand)
      expectKind(context, operand, expr.operand, ['boolean'], 'the operand of NOT')
      return not(operand)
    }
    case 'comparison':
      return comparison(expr.operator, compileNode(context, expr.left), compileNode(context, expr.right))
    case 'arithmetic':
      return compileArithmetic(context, expr)
    case 'negate': {
      const operand = compileNode(context, expr.operand)
      expectKind(context, operand, expr.operand, ['number'], 'the operand of -')
      return negative(operand)
    }
    case 'in': {
      const operand = compileNode(context, expr.operand)
      const items = expr.items.map((item) => compileNode(context, item))
      const code = inList(operand, items)
      return expr.negated ? not(code) : code
    }
    case 'like':
      return compileLike(context, expr)
    case 'is_null': {
      const code = isNullTest(compileNode(context, expr.operand))
      return expr.negated ? not(code) : code
    }
    case 'cast':
      return compileCast(context, expr)
    case 'call': {
      const args = expr.args.map((arg) => compileNode(context, arg))
      return compileCall({ context, expr, args })
    }
  }
}

function compileLogical<R>(context: Context<R>, expr: LogicalExpr): Code<R> {
  const operands = expr.operands.map((operand) => {
    const code = compileNode(context, operand)
    expectKind(context, code, operand, ['boolean'], `the operand of ${expr.operator}`)
    return code
  })
  return expr.operator === 'AND' ? and(operands) : or(operands)
}

function compileArithmetic<R>(context: Context<R>, expr: ArithmeticExpr): Code<R> {
  const left = compileNode(context, expr.left)
  const right = compileNode(context, expr.right)
  expectKind(context, left, expr.left, ['number'], `the left side of ${expr.operator}`)
  expectKind(context, right, expr.right, ['number'], `the right side of ${expr.operator}`)
  return arithmetic(expr.operator, left, right)
}

function compileLike<R>(context: Context<R>, expr: LikeExpr): Code<R> {
  const operand = compileNode(context, expr.operand)
  expectKind(context, operand, expr.operand, ['string'], 'the operand of LIKE')
  const code = like(
    operand,
    expr.patterns.map((pattern) => String(pattern.value)),
  )
  return expr.negated ? not(code) : code
}

function compileCast<R>(context: Context<R>, expr: CastExpr): Code<R> {
  const operand = compileNode(context, expr.operand)
  expectKind(context, operand, expr.operand, castableFrom[expr.type], `what is cast to ${expr.type}`)
  return cast(operand, expr.type)
}
