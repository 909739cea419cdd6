import type { ArithmeticOperator } from '../syntax/ast.ts'
import { finite, fitLong, INTEGER_MAX, INTEGER_MIN, isInteger, LONG_MIN } from './numbers.ts'
import { isNumeric } from './value.ts'

const UNSIGNED_LONG_MAX = 2n ** 64n - 1n

/** With one side known to be a double, both are. Null for what is no finite number, division by zero among it. */
export function calculateDouble(operator: ArithmeticOperator, a: unknown, b: unknown): number | null {
  return isNumeric(a) && isNumeric(b) ? finite(doubles(operator, Number(a), Number(b))) : null
}

/** With both sides known to be 32-bit integers, so is the result; null when it does not fit. */
export function calculateInteger(operator: ArithmeticOperator, a: unknown, b: unknown): number | null {
  if (typeof a !== 'number' || typeof b !== 'number' || dividesByZero(operator, b)) return null
  const result = integers(operator, a, b)
  return result >= INTEGER_MIN && result <= INTEGER_MAX ? result : null
}

/** Two integers are calculated as longs, exactly; anything else as doubles. Null when the result does not fit. */
export function calculateNumber(
  operator: ArithmeticOperator,
  a: unknown,
  b: unknown,
): number | bigint | null {
  if (!isNumeric(a) || !isNumeric(b)) return null
  if (!isInteger(a) || !isInteger(b)) return finite(doubles(operator, Number(a), Number(b)))
  if (dividesByZero(operator, b)) return null
  if (typeof a === 'number' && typeof b === 'number') {
    const result = integers(operator, a, b)
    if (Number.isSafeInteger(result)) return result
  }
  return exact(operator, BigInt(a), BigInt(b))
}

function dividesByZero(operator: ArithmeticOperator, divisor: number | bigint): boolean {
  return (operator === '/' || operator === '%') && (divisor === 0 || divisor === 0n)
}

function doubles(operator: ArithmeticOperator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b
    case '-':
      return a - b
    case '*':
      return a * b
    case '/':
      return a / b
    case '%':
      return a % b
  }
}

/** Division goes towards zero. The quotient of two safe integers is never rounded across an integer. */
function integers(operator: ArithmeticOperator, a: number, b: number): number {
  const result = doubles(operator, a, b)
  // Adding zero makes a negative zero, which no integer is, a plain one.
  return (operator === '/' ? Math.trunc(result) : result) + 0
}

function exact(operator: ArithmeticOperator, a: bigint, b: bigint): number | bigint | null {
  // What no long can hold is no number of ES|QL; and the product of two such could be of any size.
  if (a < LONG_MIN || b < LONG_MIN || a > UNSIGNED_LONG_MAX || b > UNSIGNED_LONG_MAX) return null
  switch (operator) {
    case '+':
      return fitLong(a + b)
    case '-':
      return fitLong(a - b)
    case '*':
      return fitLong(a * b)
    case '/':
      return fitLong(a / b)
    case '%':
      return fitLong(a % b)
  }
}
