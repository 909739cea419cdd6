import { parseIp } from '../values/ip.ts'
import { toDatetime } from './cast-value.ts'
import { type Code, mapCode } from './code.ts'

/**
 * Makes values comparable. Where one of them is cast to an ip or a datetime, the others are read as that too, so that
 * `client::ip == "::1"` compares addresses and not texts; what cannot be read so is null. An ip becomes a key
 * that sorts as the address does.
 */
export function alignTypes<R>(codes: ReadonlyArray<Code<R>>): Array<Code<R>> {
  if (codes.some((code) => code.type === 'ip')) return codes.map((code) => mapCode(code, 'ip', toIpKey))
  if (codes.some((code) => code.type === 'datetime')) {
    return codes.map((code) => mapCode(code, 'datetime', toDatetime))
  }
  return [...codes]
}

function toIpKey(value: unknown): string | null {
  return typeof value === 'string' ? parseIp(value) : null
}
