import { type Code, fold, truthCode } from '../compile/code.ts'
import type { Truth } from '../values/value.ts'
import { argument, type Call, type FunctionSpec } from './signature.ts'

/** `STARTS_WITH(text, prefix)`. Null unless both are texts. */
export const startsWith: FunctionSpec = {
  usage: 'STARTS_WITH(text, prefix)',
  least: 2,
  most: 2,
  compile: (call) => affix(call, (text, prefix) => text.startsWith(prefix)),
}

/** `ENDS_WITH(text, suffix)`. Null unless both are texts. */
export const endsWith: FunctionSpec = {
  usage: 'ENDS_WITH(text, suffix)',
  least: 2,
  most: 2,
  compile: (call) => affix(call, (text, suffix) => text.endsWith(suffix)),
}

function affix<R>(call: Call<R>, test: (text: string, part: string) => boolean): Code<R> {
  const text = argument(call, 0, ['string'])
  const part = argument(call, 1, ['string'])
  const readText = text.evaluate
  const readPart = part.evaluate
  const evaluate = (record: R): Truth => {
    const value = readText(record)
    const wanted = readPart(record)
    return typeof value === 'string' && typeof wanted === 'string' ? test(value, wanted) : null
  }
  return fold(truthCode(evaluate), [text, part])
}
