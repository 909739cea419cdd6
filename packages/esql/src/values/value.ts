/**
 * What a field holds and an expression yields. An integer beyond 2^53 is a bigint, every other number a number.
 * An ip and a datetime, which only casts make, are a string (canonical text) and a number (milliseconds since 1970).
 */
export type Value =
  | string
  | boolean
  | number
  | bigint
  | Uint8Array
  | null
  | readonly Value[]
  | { readonly [key: string]: Value }

/** True, false, or not known. */
export type Truth = boolean | null

/** Whether a value is missing, null, or a multi-value of nothing: Elasticsearch cannot tell these apart. */
export function isNull(value: unknown): value is null | undefined | readonly [] {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0)
}

/** Whether a value is a number of either kind. */
export function isNumeric(value: unknown): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint'
}
