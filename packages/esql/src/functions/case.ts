import { type Code, constantCode, fold, valueCode } from '../compile/code.ts'
import { alternativesType } from './alternatives.ts'
import { argument, type Call, type FunctionSpec } from './signature.ts'

/**
 * `CASE(condition, value, condition, value, …, otherwise)`: the value behind the first condition that is true, else
 * the last one, or null if there is none. What is not chosen is not evaluated.
 */
export const caseFunction: FunctionSpec = {
  usage: 'CASE(condition, value, …, otherwise)',
  least: 2,
  compile: compileCase,
}

function compileCase<R>(call: Call<R>): Code<R> {
  const pairs = Math.floor(call.args.length / 2)
  const branches = Array.from({ length: pairs }, (_, pair) => ({
    isTrue: argument(call, pair * 2, ['boolean']).isTrue,
    evaluate: argument(call, pair * 2 + 1).evaluate,
  }))
  const hasOtherwise = call.args.length % 2 === 1
  const last = call.args.length - 1
  const otherwise = (hasOtherwise ? argument(call, last) : constantCode<R>('null', null)).evaluate
  const values = branches.map((_, pair) => pair * 2 + 1)
  const type = alternativesType(call, hasOtherwise ? [...values, last] : values)
  const code = valueCode(type, (record: R) => {
    for (const branch of branches) {
      if (branch.isTrue(record)) return branch.evaluate(record)
    }
    return otherwise(record)
  })
  return fold(code, call.args)
}
