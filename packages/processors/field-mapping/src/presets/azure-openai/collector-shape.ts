import type { AnyValue, Attributes, HrTime, LogRecord } from '@lacuna/sdk'
import { isEmpty, type JsonMap, setOwn } from '../../json.ts'
import type { Mapped } from '../preset.ts'

/**
 * The keys of a genuine record, and the attributes that OpenTelemetry Collectors make of them, by receiver and
 * version. Of several the first that is there counts. Their order is the same for every record, so that they make
 * few shapes.
 */
const KEYS: readonly (readonly [key: string, names: readonly string[]])[] = [
  ['category', ['azure.category']],
  ['operationName', ['azure.operation.name']],
  ['operationVersion', ['azure.operation.version']],
  ['resultType', ['azure.result.type']],
  ['resultSignature', ['azure.result.signature']],
  ['resultDescription', ['azure.result.description']],
  ['durationMs', ['azure.operation.duration', 'azure.duration']],
  ['callerIpAddress', ['network.peer.address', 'net.sock.peer.addr']],
  ['correlationId', ['azure.correlation_id', 'azure.correlation.id']],
  ['identity', ['azure.identity']],
  ['tenantId', ['azure.tenant.id']],
]

/** What a Collector may put on the resource, which is the same for many records. */
const SHARED_KEYS: readonly (readonly [key: string, names: readonly string[]])[] = [
  ['resourceId', ['cloud.resource_id', 'azure.resource.id']],
  ['location', ['cloud.region']],
]

const CATEGORY = 'azure.category'
const PROPERTIES = 'azure.properties'
/** Under this name stands the category of a record that has been mapped already. */
const MAPPED = 'azure.open_ai.category'

/** Attributes whose values stand under the names of the raw log afterwards. */
const TAKEN = new Set([PROPERTIES, ...[...KEYS, ...SHARED_KEYS].flatMap(([, names]) => names)])

/** A record that a Collector took apart, put together again. */
export interface Rebuilt {
  /** The record as its service wrote it, but for the time, which is the record's. */
  readonly top: JsonMap
  readonly attributes: Attributes
  /** Whether all attributes without a dot are properties. */
  readonly spread: boolean
}

/**
 * Puts together a record that a Collector took apart into attributes; `undefined` when it is none. The properties
 * are a map, a text, or attributes of their own, which are known by having no dot in their name.
 */
export function rebuild(record: LogRecord): Rebuilt | undefined {
  const category = record.get(CATEGORY)
  if (typeof category !== 'string' || category === '' || record.get(MAPPED) !== undefined) return undefined
  const { attributes, resource } = record
  const top: JsonMap = {}
  for (const [key, names] of SHARED_KEYS) {
    const value = first(attributes, names) ?? first(resource.attributes, names)
    if (value !== undefined) top[key] = value
  }
  for (const [key, names] of KEYS) {
    const value = first(attributes, names)
    if (value !== undefined) top[key] = value
  }
  const properties = own(attributes, PROPERTIES)
  const spread = isEmpty(properties)
  top.properties = spread ? undotted(attributes) : properties
  return { top, attributes, spread }
}

/**
 * The attributes of such a record: those that were mapped, and beside them whatever the Collector added of its
 * own. What was mapped no longer stands under the Collector's names.
 */
export class RebuiltView implements Mapped {
  readonly time: Readonly<HrTime>
  readonly #mapped: Mapped
  readonly #rebuilt: Rebuilt

  constructor(mapped: Mapped, rebuilt: Rebuilt) {
    this.time = mapped.time
    this.#mapped = mapped
    this.#rebuilt = rebuilt
  }

  get(name: string): AnyValue | undefined {
    const value = this.#mapped.get(name)
    if (value !== undefined || this.#isTaken(name)) return value
    return own(this.#rebuilt.attributes, name)
  }

  all(): Attributes {
    const all: Attributes = {}
    const { attributes } = this.#rebuilt
    for (const name in attributes) {
      const value = attributes[name]
      if (value !== undefined && !this.#isTaken(name)) setOwn(all, name, value)
    }
    const mapped = this.#mapped.all()
    for (const name in mapped) {
      const value = mapped[name]
      if (value !== undefined) setOwn(all, name, value)
    }
    return all
  }

  #isTaken(name: string): boolean {
    return TAKEN.has(name) || (this.#rebuilt.spread && !name.includes('.'))
  }
}

function undotted(attributes: Attributes): JsonMap {
  const properties: JsonMap = {}
  for (const name in attributes) {
    const value = attributes[name]
    if (value !== undefined && !name.includes('.')) setOwn(properties, name, value)
  }
  return properties
}

function first(attributes: Readonly<Attributes>, names: readonly string[]): AnyValue | undefined {
  for (const name of names) {
    const value = own(attributes, name)
    if (!isEmpty(value)) return value
  }
  return undefined
}

function own(attributes: Readonly<Attributes>, name: string): AnyValue | undefined {
  return Object.hasOwn(attributes, name) ? attributes[name] : undefined
}
