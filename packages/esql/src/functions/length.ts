import { mapCode } from '../compile/code.ts'
import { argument, type FunctionSpec } from './signature.ts'

/** `LENGTH(text)`: the number of code points. Null for what is no text. */
export const length: FunctionSpec = {
  usage: 'LENGTH(text)',
  least: 1,
  most: 1,
  compile: (call) => mapCode(argument(call, 0, ['string']), 'integer', countCodePoints),
}

function countCodePoints(value: unknown): number | null {
  if (typeof value !== 'string') return null
  let count = value.length
  for (let at = 1; at < value.length; at++) {
    // The second half of a pair is not counted.
    if (isLow(value.charCodeAt(at)) && isHigh(value.charCodeAt(at - 1))) count--
  }
  return count
}

function isHigh(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff
}
