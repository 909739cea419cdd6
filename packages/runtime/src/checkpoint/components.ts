import type { Logger, Storage } from '@lacuna/sdk'
import { escapeText } from '../pipeline/error-text.ts'
import type { ChangeSet } from './change-set.ts'
import { COMPONENTS } from './spaces.ts'

/** Components that one line names at most. */
const NAMED = 10

/**
 * Notes which components have something in the storage, and says which of them are not in the configuration any more:
 * what they left stays there, and is taken back when they are.
 *
 * @param spaces the spaces of all components that are there now
 */
export function noteComponents(
  storage: Storage,
  spaces: readonly string[],
  logger: Logger,
  changes: ChangeSet,
): void {
  const now = new Set(spaces)
  const gone: string[] = []
  for (const [space] of storage.entries(COMPONENTS)) {
    if (now.delete(space)) continue
    if (!isEmpty(storage.entries(space))) gone.push(escapeText(space))
  }
  for (const space of now) changes.put(COMPONENTS, space, new Uint8Array())
  if (gone.length === 0) return
  const more = gone.length > NAMED ? ` and ${gone.length - NAMED} more` : ''
  logger.warn(
    { spaces: gone.slice(0, NAMED) },
    `the storage has something of components that are not in the configuration, and keeps it: ` +
      `${gone.slice(0, NAMED).join(', ')}${more} (lacuna state inspect shows it, lacuna state clear deletes it)`,
  )
}

function isEmpty(entries: Iterable<unknown>): boolean {
  for (const _ of entries) return false
  return true
}
