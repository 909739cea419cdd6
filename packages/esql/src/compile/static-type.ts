/**
 * What is known of a value's type when compiling. A field is `unknown`, arithmetic on fields is `number`: an
 * integer or a double, which only the record can tell.
 */
export type StaticType =
  | 'integer'
  | 'long'
  | 'double'
  | 'number'
  | 'string'
  | 'boolean'
  | 'ip'
  | 'datetime'
  | 'null'
  | 'unknown'

/** The kinds of type an operator or a function can ask for. */
export type Kind = 'number' | 'string' | 'boolean' | 'ip' | 'datetime'

/** The kind of a type; undefined where it is not known or null, which fit everywhere. */
export function kindOf(type: StaticType): Kind | undefined {
  if (type === 'null' || type === 'unknown') return undefined
  return type === 'integer' || type === 'long' || type === 'double' ? 'number' : type
}

/** The type of arithmetic on two types: the wider one, `number` where one is not known. */
export function widen(a: StaticType, b: StaticType): 'integer' | 'long' | 'double' | 'number' {
  if (a === 'double' || b === 'double') return 'double'
  if (kindOf(a) === undefined || kindOf(b) === undefined || a === 'number' || b === 'number') return 'number'
  return a === 'long' || b === 'long' ? 'long' : 'integer'
}

/** The type of a value that may be any of these, all known kinds among them being one. */
export function unify(types: readonly StaticType[]): StaticType {
  const known = types.filter((type) => kindOf(type) !== undefined)
  const [first, ...rest] = known
  if (first === undefined) return types.every((type) => type === 'null') ? 'null' : 'unknown'
  // An ip or a datetime tells how to compare, so it counts even beside a field.
  if (first === 'ip' || first === 'datetime') return first
  if (types.includes('unknown')) return 'unknown'
  return kindOf(first) === 'number' ? rest.reduce<StaticType>(widen, first) : first
}

/** A type as a message names it: `a string`. */
export function describeType(type: StaticType | Kind): string {
  if (type === 'null') return 'null'
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`
}
