import type { ArithmeticOperator } from '../syntax/ast.ts'
import { calculateDouble, calculateInteger, calculateNumber } from '../values/calculate.ts'
import { type Code, constantCode, fold, valueCode } from './code.ts'
import { widen } from './static-type.ts'

/** `left operator right`. The types that are known decide between integer and double; else each record does. */
export function arithmetic<R>(operator: ArithmeticOperator, left: Code<R>, right: Code<R>): Code<R> {
  const type = widen(left.type, right.type)
  const calculate =
    type === 'double' ? calculateDouble : type === 'integer' ? calculateInteger : calculateNumber
  const a = left.evaluate
  const b = right.evaluate
  return fold(
    valueCode(type, (record: R) => calculate(operator, a(record), b(record))),
    [left, right],
  )
}

/** `-a`, which overflows where `0 - a` does. */
export function negative<R>(operand: Code<R>): Code<R> {
  return arithmetic('-', constantCode('integer', 0), operand)
}
