import type { InstrumentationScope, LogRecord, Resource } from '@lacuna/sdk'

/** Records of one scope within one resource. */
interface ScopeGroup<Encoded> {
  readonly scope: Encoded
  readonly records: LogRecord[]
}

/** Records of one resource, by scope. */
export interface ResourceGroup<Encoded> {
  readonly resource: Encoded
  readonly scopes: Map<string, ScopeGroup<Encoded>>
}

/** How a resource or a scope is encoded, and what of it two must have in common to be the same. */
export interface GroupEncoder<Encoded> {
  resource(resource: Resource): Encoded
  scope(scope: InstrumentationScope): Encoded
  key(encoded: Encoded): string
}

/**
 * Records by resource and scope, each in the order of first appearance, the records of a group in theirs. Two
 * objects that are encoded alike are one: records of several requests share a group when they are sent on together.
 */
export function groupRecords<Encoded>(
  records: Iterable<LogRecord>,
  encoder: GroupEncoder<Encoded>,
): Iterable<ResourceGroup<Encoded>> {
  const groups = new Map<string, ResourceGroup<Encoded>>()
  const byResource = new Map<Resource, ResourceGroup<Encoded>>()
  const byScope = new Map<InstrumentationScope, { encoded: Encoded; key: string }>()
  let lastResource: Resource | undefined
  let lastScope: InstrumentationScope | undefined
  let last: LogRecord[] = []
  for (const record of records) {
    const { resource, instrumentationScope: scope } = record
    if (resource !== lastResource || scope !== lastScope) {
      last = scopeGroup(resourceGroup(resource), scope)
      lastResource = resource
      lastScope = scope
    }
    last.push(record)
  }
  return groups.values()

  function resourceGroup(resource: Resource): ResourceGroup<Encoded> {
    let group = byResource.get(resource)
    if (group !== undefined) return group
    const encoded = encoder.resource(resource)
    const key = encoder.key(encoded)
    group = groups.get(key)
    if (group === undefined) {
      group = { resource: encoded, scopes: new Map() }
      groups.set(key, group)
    }
    byResource.set(resource, group)
    return group
  }

  function scopeGroup({ scopes }: ResourceGroup<Encoded>, scope: InstrumentationScope): LogRecord[] {
    let made = byScope.get(scope)
    if (made === undefined) {
      const encoded = encoder.scope(scope)
      made = { encoded, key: encoder.key(encoded) }
      byScope.set(scope, made)
    }
    let group = scopes.get(made.key)
    if (group === undefined) {
      group = { scope: made.encoded, records: [] }
      scopes.set(made.key, group)
    }
    return group.records
  }
}
