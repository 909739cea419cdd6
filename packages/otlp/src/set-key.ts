import type { AnyValue } from '@lacuna/sdk'

/** Sets a key that a stranger chose. Assigned, `__proto__` would set the prototype. */
export function setKey(map: { [key: string]: AnyValue }, key: string, value: AnyValue): void {
  if (key === '__proto__') {
    Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true })
  } else map[key] = value
}
