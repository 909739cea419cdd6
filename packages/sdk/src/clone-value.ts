import type { AnyValue } from './any-value.ts'

type Map = { [key: string]: AnyValue }
/** A container and its copy that is still to be filled. */
type Unfilled = [from: AnyValue[], to: AnyValue[]] | [from: Map, to: Map]

/**
 * A copy of a value that shares nothing changeable with it.
 *
 * In place of `structuredClone`, which ends the stack on deep nesting (one line of brackets is enough) and
 * copies the whole buffer behind a short view of bytes. A value that holds itself is no `AnyValue`.
 *
 * @example
 * ```ts
 * cloneValue({ list: [1, 2] }) // another map with another list
 * ```
 */
export function cloneValue<V extends AnyValue | undefined>(value: V): V
export function cloneValue(value: AnyValue | undefined): AnyValue | undefined {
  if (value === undefined) return undefined
  // A list of what is left to do, in place of recursion.
  const unfilled: Unfilled[] = []
  const copy = start(value, unfilled)
  for (let next = unfilled.pop(); next !== undefined; next = unfilled.pop()) {
    const [from, to] = next
    if (Array.isArray(to)) for (const item of from as AnyValue[]) to.push(start(item, unfilled))
    else fillMap(from as Map, to, unfilled)
  }
  return copy
}

/** The copy of a scalar, or an empty container that is noted as unfilled. */
function start(value: AnyValue, unfilled: Unfilled[]): AnyValue {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Uint8Array) return Uint8Array.from(value)
  if (Array.isArray(value)) {
    const list: AnyValue[] = []
    unfilled.push([value, list])
    return list
  }
  const map: Map = {}
  unfilled.push([value, map])
  return map
}

function fillMap(from: Map, to: Map, unfilled: Unfilled[]): void {
  for (const key of Object.keys(from)) {
    const item = from[key]
    if (item === undefined) continue
    const value = start(item, unfilled)
    // Assigned, `__proto__` would set the prototype; defined, it is a key like any other.
    if (key === '__proto__') {
      Object.defineProperty(to, key, { value, writable: true, enumerable: true, configurable: true })
    } else to[key] = value
  }
}
