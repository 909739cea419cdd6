import type { InstrumentationScope, Resource } from '@lacuna/sdk'

/** JSON pointers of doubles with an integral value, as `LogRecord.doubles` has them. */
export type Doubles = Set<string>

/**
 * The marks of resources and scopes, from `/attributes` on. Beside them, since their type has no place for it; and not
 * on each record, since one with a hundred thousand marks may be shared by as many records.
 */
const shared = new WeakMap<Resource | InstrumentationScope, ReadonlySet<string>>()

export function markShared(of: Resource | InstrumentationScope, doubles: Doubles): void {
  if (doubles.size > 0) shared.set(of, doubles)
}

export function sharedDoubles(of: Resource | InstrumentationScope): ReadonlySet<string> | undefined {
  return shared.get(of)
}
