import type { Code } from '../compile/code.ts'
import { errorAt } from '../compile/context.ts'
import { nearest } from '../suggest.ts'
import { caseFunction } from './case.ts'
import { cidrMatch } from './cidr-match.ts'
import { coalesce } from './coalesce.ts'
import { length } from './length.ts'
import { mvContains } from './mv-contains.ts'
import type { Call, FunctionSpec } from './signature.ts'
import { endsWith, startsWith } from './starts-with.ts'
import { toLower, toUpper } from './to-lower.ts'

const FUNCTIONS: ReadonlyMap<string, FunctionSpec> = new Map([
  ['CASE', caseFunction],
  ['CIDR_MATCH', cidrMatch],
  ['COALESCE', coalesce],
  ['ENDS_WITH', endsWith],
  ['LENGTH', length],
  ['MV_CONTAINS', mvContains],
  ['STARTS_WITH', startsWith],
  ['TO_LOWER', toLower],
  ['TO_UPPER', toUpper],
])

/** The names of all functions, in alphabetical order. */
export const functionNames: readonly string[] = [...FUNCTIONS.keys()]

/** Finds a call's function and lets it compile the call. */
export function compileCall<R>(call: Call<R>): Code<R> {
  const { context, expr } = call
  const spec = FUNCTIONS.get(expr.name.toUpperCase())
  if (spec === undefined) {
    const message = `unknown function ${expr.name.slice(0, 60)}`
    const suggestion = nearest(expr.name, functionNames)
    const known = suggestion === undefined ? `, expected one of ${functionNames.join(', ')}` : ''
    throw errorAt(context, 'unknown_function', expr.nameSpan, message + known, suggestion)
  }
  const count = call.args.length
  if (count < spec.least || count > (spec.most ?? count)) {
    const message = `${spec.usage} needs ${needed(spec)}, found ${count}`
    throw errorAt(context, 'arguments', expr, message)
  }
  return spec.compile(call)
}

function needed({ least, most }: FunctionSpec): string {
  const noun = (most ?? least) === 1 ? 'argument' : 'arguments'
  return most === least ? `${least} ${noun}` : `at least ${least} ${noun}`
}
