import { fold, valueCode } from '../compile/code.ts'
import { isNull } from '../values/value.ts'
import { alternativesType } from './alternatives.ts'
import type { FunctionSpec } from './signature.ts'

/** `COALESCE(a, b, …)`: the first that is not null. What follows it is not looked at. */
export const coalesce: FunctionSpec = {
  usage: 'COALESCE(first, …)',
  least: 1,
  compile: (call) => {
    const type = alternativesType(call, [...call.args.keys()])
    const readers = call.args.map((arg) => arg.evaluate)
    const code = valueCode<Parameters<(typeof readers)[number]>[0]>(type, (record) => {
      for (const read of readers) {
        const value = read(record)
        if (!isNull(value)) return value
      }
      return null
    })
    return fold(code, call.args)
  },
}
