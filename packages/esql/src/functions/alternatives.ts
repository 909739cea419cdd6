import { describeType, kindOf, type StaticType, unify } from '../compile/static-type.ts'
import { argument, argumentError, type Call } from './signature.ts'

/** The type these arguments have in common; they must not be known to be of different kinds. */
export function alternativesType<R>(call: Call<R>, indexes: readonly number[]): StaticType {
  const types = indexes.map((index) => argument(call, index).type)
  const kind = types.map(kindOf).find((known) => known !== undefined)
  for (const [position, type] of types.entries()) {
    const other = kindOf(type)
    if (other === undefined || other === kind) continue
    const message = `${call.expr.name.toUpperCase()} needs values of one type, this is ${describeType(other)} beside ${describeType(kind ?? other)}`
    throw argumentError(call, indexes[position] ?? 0, message)
  }
  return unify(types)
}
