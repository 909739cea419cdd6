import type { Truth } from '../values/value.ts'
import { type Code, type Evaluate, fold, type Test, truthCode } from './code.ts'

/** `NOT a`: the two tests change places. What is no boolean is null. */
export function not<R>(operand: Code<R>): Code<R> {
  const { evaluate, isTrue, isFalse } = operand
  const evaluateNot = (record: R): Truth => {
    const value = evaluate(record)
    return typeof value === 'boolean' ? !value : null
  }
  return fold(truthCode(evaluateNot, isFalse, isTrue), [operand])
}

/** `a AND b AND …`: false as soon as one is false, else null as soon as one is null. */
export function and<R>(operands: ReadonlyArray<Code<R>>): Code<R> {
  const evaluate = decide(
    operands.map((operand) => operand.evaluate),
    false,
  )
  const isTrue = every(operands.map((operand) => operand.isTrue))
  const isFalse = some(operands.map((operand) => operand.isFalse))
  return fold(truthCode(evaluate, isTrue, isFalse), operands)
}

/** `a OR b OR …`: true as soon as one is true, else null as soon as one is null. */
export function or<R>(operands: ReadonlyArray<Code<R>>): Code<R> {
  const evaluate = decide(
    operands.map((operand) => operand.evaluate),
    true,
  )
  const isTrue = some(operands.map((operand) => operand.isTrue))
  const isFalse = every(operands.map((operand) => operand.isFalse))
  return fold(truthCode(evaluate, isTrue, isFalse), operands)
}

/** Stops at the first operand that decides alone: false for AND, true for OR. */
function decide<R>(operands: ReadonlyArray<Evaluate<R>>, decisive: boolean): (record: R) => Truth {
  return (record) => {
    let result: Truth = !decisive
    for (const operand of operands) {
      const value = operand(record)
      if (value === decisive) return decisive
      if (value !== !decisive) result = null
    }
    return result
  }
}

// Chains of two to four are by far the most common, and written out they are measurably faster than a loop.

function every<R>(tests: ReadonlyArray<Test<R>>): Test<R> {
  const [a, b, c, d, ...more] = tests
  if (a === undefined) return () => true
  if (b === undefined) return a
  if (c === undefined) return (record) => a(record) && b(record)
  if (d === undefined) return (record) => a(record) && b(record) && c(record)
  if (more.length === 0) return (record) => a(record) && b(record) && c(record) && d(record)
  return (record) => {
    for (const test of tests) if (!test(record)) return false
    return true
  }
}

function some<R>(tests: ReadonlyArray<Test<R>>): Test<R> {
  const [a, b, c, d, ...more] = tests
  if (a === undefined) return () => false
  if (b === undefined) return a
  if (c === undefined) return (record) => a(record) || b(record)
  if (d === undefined) return (record) => a(record) || b(record) || c(record)
  if (more.length === 0) return (record) => a(record) || b(record) || c(record) || d(record)
  return (record) => {
    for (const test of tests) if (test(record)) return true
    return false
  }
}
