import type { AnyValue, Attributes, HrTime, LogRecord, Resource } from '@lacuna/sdk'
import { isEmpty, type JsonMap, setOwn } from '../../json.ts'
import type { Mapped } from '../preset.ts'

/**
 * The keys of a genuine record, and the attributes that OpenTelemetry Collectors make of them, by receiver and
 * version. Of several the first that is there counts.
 */
const NAMES = {
  category: ['azure.category'],
  operationName: ['azure.operation.name'],
  operationVersion: ['azure.operation.version'],
  resultType: ['azure.result.type'],
  resultSignature: ['azure.result.signature'],
  resultDescription: ['azure.result.description'],
  durationMs: ['azure.operation.duration', 'azure.duration'],
  callerIpAddress: ['network.peer.address', 'net.sock.peer.addr'],
  correlationId: ['azure.correlation_id', 'azure.correlation.id'],
  identity: ['azure.identity'],
  tenantId: ['azure.tenant.id'],
  properties: ['azure.properties'],
  // These may also stand on the resource, which is the same for many records.
  resourceId: ['cloud.resource_id', 'azure.resource.id'],
  location: ['cloud.region'],
} as const

type Key = keyof typeof NAMES

const CATEGORY = 'azure.category'
/** Under this name stands the category of a record that has been mapped already. */
const MAPPED = 'azure.open_ai.category'

/** Where each of those attributes goes, and how many names for the same come before it. */
const PLACES = new Map<string, { readonly key: Key; readonly rank: number }>()
for (const key in NAMES) addPlaces(key as Key)

function addPlaces(key: Key): void {
  NAMES[key].forEach((name, rank) => {
    PLACES.set(name, { key, rank })
  })
}

/** A record that a Collector took apart, put together again. */
export interface Rebuilt {
  /** The record as its service wrote it, but for the time, which is the record's. */
  readonly top: JsonMap
  readonly attributes: Attributes
  /** Whether all attributes without a dot are properties. */
  readonly spread: boolean
}

/** The top level with all of its keys: what is missing is null. So all records have one shape, in whatever order. */
type Top = { [key in Key]: AnyValue }

const EMPTY: Top = {
  category: null,
  operationName: null,
  operationVersion: null,
  resultType: null,
  resultSignature: null,
  resultDescription: null,
  durationMs: null,
  callerIpAddress: null,
  correlationId: null,
  identity: null,
  tenantId: null,
  properties: null,
  resourceId: null,
  location: null,
}

/**
 * Puts together a record that a Collector took apart into attributes; `undefined` when it is none. The properties
 * are a map, a text, or attributes of their own, which are known by having no dot in their name.
 */
export function rebuild(record: LogRecord): Rebuilt | undefined {
  const category = record.get(CATEGORY)
  if (typeof category !== 'string' || category === '' || record.get(MAPPED) !== undefined) return undefined
  const { attributes } = record
  const top: Top = { ...EMPTY }
  fill(top, attributes)
  const shared = sharedOf(record.resource)
  top.resourceId ??= shared.resourceId
  top.location ??= shared.location
  const spread = top.properties === null
  if (spread) top.properties = undotted(attributes)
  return { top, attributes, spread }
}

/** Whatever of `attributes` has a place in the record, unless a name that comes before is there too. */
function fill(top: Top, attributes: Readonly<Attributes>): void {
  for (const name in attributes) {
    const place = PLACES.get(name)
    if (place === undefined) continue
    const value = attributes[name]
    if (isEmpty(value) || value === undefined) continue
    const { key, rank } = place
    if (top[key] === null || rank === 0) top[key] = value
  }
}

let lastResource: Resource | undefined
let lastShared: Top = EMPTY

/** The same of a resource; its records come one after the other. */
function sharedOf(resource: Resource): Top {
  if (resource !== lastResource) {
    lastShared = { ...EMPTY }
    fill(lastShared, resource.attributes)
    lastResource = resource
  }
  return lastShared
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
    return PLACES.has(name) || (this.#rebuilt.spread && !name.includes('.'))
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

function own(attributes: Readonly<Attributes>, name: string): AnyValue | undefined {
  return Object.hasOwn(attributes, name) ? attributes[name] : undefined
}
