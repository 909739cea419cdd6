import { createHash } from 'node:crypto'

/*
 * What lies where in a storage. A space is `<kind>/<id>`:
 *
 *   state/<pipeline>/<processor>   the processor's own keys -> its own bytes
 *   positions/<receiver>           source -> position
 *   queue/<exporter>               number of the first record -> records, see pack-records.ts
 *   delivered/<exporter>           alert id -> milliseconds since 1970, as text
 *   undecodable/<id>               what could not be read back, under the key that it had
 *
 * and the kinds that are one space: `headers` (the space of a state -> its header as JSON), `queues` (exporter -> which
 * numbers are outstanding, as JSON), `sources` (pipeline -> the open sources, as JSON), `wal` (number of a batch ->
 * batch; the number and `.lines` -> which pipelines have it before them, as JSON), `components` (kind and id of every
 * component that has something here -> nothing).
 */

/** Kinds of which every component has a space of its own. */
export type OwnSpace = 'state' | 'positions' | 'queue' | 'delivered' | 'undecodable'

export const HEADERS = 'headers'
export const QUEUES = 'queues'
export const SOURCES = 'sources'
export const WAL = 'wal'
export const COMPONENTS = 'components'

/** Bytes of a space that every storage takes. */
const LONGEST = 255

/** The space of a component. Of an id that is too long for one, the end is a hash. */
export function spaceOf(kind: OwnSpace, id: string): string {
  const space = `${kind}/${id}`
  if (Buffer.byteLength(space) <= LONGEST) return space
  return `${space.slice(0, 60)}#${createHash('sha256').update(space).digest('hex')}`
}

/** Digits that hold every number below 2^53. */
const DIGITS = 16

/** A number as a key, so that keys are in the order of their numbers. */
export function keyOf(number: number): string {
  return String(number).padStart(DIGITS, '0')
}

/** The number of such a key; `undefined` for any other text. */
export function numberOf(key: string): number | undefined {
  return key.length === DIGITS && /^[0-9]+$/.test(key) ? Number(key) : undefined
}

/** JSON as bytes. */
export function toJson(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value))
}

/** A value from JSON as bytes; `undefined` where it is none. */
export function fromJson(bytes: Uint8Array | undefined): unknown {
  if (bytes === undefined) return undefined
  try {
    return JSON.parse(Buffer.from(bytes).toString())
  } catch {
    return undefined
  }
}
