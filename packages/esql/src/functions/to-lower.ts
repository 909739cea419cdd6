import { eachValue } from '../compile/cast.ts'
import { type Code, mapCode } from '../compile/code.ts'
import { argument, type Call, type FunctionSpec } from './signature.ts'

/** `TO_LOWER(text)`, the same in every locale; of a multi-value each value. Null for what is no text. */
export const toLower: FunctionSpec = {
  usage: 'TO_LOWER(text)',
  least: 1,
  most: 1,
  compile: (call) => mapText(call, (text) => text.toLowerCase()),
}

/** `TO_UPPER(text)`, the same in every locale; of a multi-value each value. Null for what is no text. */
export const toUpper: FunctionSpec = {
  usage: 'TO_UPPER(text)',
  least: 1,
  most: 1,
  compile: (call) => mapText(call, (text) => text.toUpperCase()),
}

function mapText<R>(call: Call<R>, change: (text: string) => string): Code<R> {
  const changeText = (value: unknown): string | null => (typeof value === 'string' ? change(value) : null)
  return mapCode(argument(call, 0, ['string']), 'string', eachValue(changeText))
}
