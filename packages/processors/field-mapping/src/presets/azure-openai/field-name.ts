/** `a` before capitals. Linear: what follows the optional underscore is never given back. */
const WORD_START = /_?([a-z])([A-Z]+)/g

/** Names of keys that were met, for records that go the slow way. */
const snakeCased = new Map<string, string>()
const MAX_NAMES = 4096
const MAX_REMEMBERED = 64

/**
 * A key in the snake case of the Elastic Common Schema integration.
 *
 * @example
 * ```ts
 * snakeCase('callerIpAddress') // 'caller_ip_address'
 * ```
 */
export function snakeCase(key: string): string {
  const known = snakeCased.get(key)
  if (known !== undefined) return known
  const name = key.replace(WORD_START, '$1_$2').toLowerCase()
  if (key.length > MAX_REMEMBERED) return name
  if (snakeCased.size >= MAX_NAMES) snakeCased.clear()
  snakeCased.set(key, name)
  return name
}

/** API Management's names for what the resource itself calls by others. */
const GATEWAY_NAMES: Readonly<Record<string, string>> = {
  request_size: 'request_length',
  response_size: 'response_length',
}

/** The name of a key of a gateway record's `properties`. */
export function gatewayName(name: string): string {
  return Object.hasOwn(GATEWAY_NAMES, name) ? (GATEWAY_NAMES[name] ?? name) : name
}

/** What a field must hold. Plain numbers, as they are compared once per field and record. */
export const ANY = 0
/** An integer, or a text that writes one. */
export const INTEGER = 1
/** A text; a number or a boolean becomes one. */
export const TEXT = 2
/** Fields of the top level that the record is made from. All may hold anything. */
export const TIME = 3
export const RESOURCE = 4
export const CATEGORY = 5
export const PROPERTIES = 6

export type FieldKind = typeof ANY | typeof INTEGER | typeof TEXT | RoleKind
type RoleKind = typeof TIME | typeof RESOURCE | typeof CATEGORY | typeof PROPERTIES

const ROLES = new Map<string, RoleKind>([
  ['time', TIME],
  ['resource_id', RESOURCE],
  ['category', CATEGORY],
  ['properties', PROPERTIES],
])

/** What the top-level field of this name must hold. */
export function topKind(name: string): FieldKind {
  return ROLES.get(name) ?? fieldKind(name)
}

/** What a field of this name (the last part of it, in snake case) must hold below the top level. */
export function fieldKind(name: string): FieldKind {
  if (name === 'request_time' || name === 'response_time') return INTEGER
  if (name.endsWith('_length') || /(?:^|_)duration(?:_ms)?$/.test(name)) return INTEGER
  if (name === 'result_signature' || name === 'name' || name.endsWith('_name')) return TEXT
  return ANY
}
