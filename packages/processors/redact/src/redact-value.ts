import type { AnyValue } from '@lacuna/sdk'
import type { RedactRule } from './config.ts'
import { type Replace, type Replaced, textOf } from './replacement.ts'

type Container = AnyValue[] | { [key: string]: AnyValue }

/**
 * What a rule makes of a value: a scalar's replacement; of a list or a map the same with everything in it replaced,
 * one by one. Containers are changed in place.
 *
 * @param replaced takes every text that was replaced
 */
export function redactValue(
  value: AnyValue,
  rule: RedactRule,
  replace: Replace,
  replaced: Replaced[],
): AnyValue {
  if (!isContainer(value)) return redactScalar(value, rule, replace, replaced)
  // A list of what is left to do, in place of recursion: a stranger decides how deep it goes.
  const left: Container[] = [value]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    for (const key of Object.keys(next)) {
      const item: AnyValue | undefined = Reflect.get(next, key)
      if (item === undefined) continue
      if (isContainer(item)) left.push(item)
      else setOwn(next, key, redactScalar(item, rule, replace, replaced))
    }
  }
  return value
}

function redactScalar(
  value: Exclude<AnyValue, Container>,
  rule: RedactRule,
  replace: Replace,
  replaced: Replaced[],
): AnyValue {
  if (value === null) return null
  const replacement = replace(value, rule)
  // Whether something is true says nothing about anyone, and bytes are in no text.
  if (typeof value !== 'boolean' && !(value instanceof Uint8Array))
    replaced.push([textOf(value), replacement])
  return replacement
}

/** Notes every text in a value that goes as a whole. */
export function collectTexts(value: AnyValue, replacement: string, replaced: Replaced[]): void {
  const left: AnyValue[] = [value]
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    if (isContainer(next)) for (const key of Object.keys(next)) left.push(Reflect.get(next, key) ?? null)
    else if (typeof next === 'string' || typeof next === 'number' || typeof next === 'bigint')
      replaced.push([textOf(next), replacement])
  }
}

export function isContainer(value: AnyValue | undefined): value is Container {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array)
}

/** Sets a key as one like any other, `__proto__` too. */
export function setOwn(target: object, key: string, value: AnyValue): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
  else Reflect.set(target, key, value)
}
