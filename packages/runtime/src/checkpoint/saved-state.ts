import type { Logger, Processor, SnapshotHeader, Storage } from '@lacuna/sdk'
import { errorText } from '../pipeline/error-text.ts'
import type { ChangeSet } from './change-set.ts'
import type { CutPart, Participant } from './part.ts'
import { fromJson, HEADERS, spaceOf } from './spaces.ts'

/** What one processor's state is saved and taken back with. */
export interface SavedState extends Participant {
  /** Takes back what an earlier run has left, or says why not. Once, before the first batch. */
  restore(storage: Storage, changes: ChangeSet): void
}

/** What {@link savedState} needs. */
export interface SavedStateOptions {
  /** `<pipeline>/<processor id>`. */
  readonly id: string
  readonly processor: Processor
  readonly logger: Logger
}

/** The state of a processor that has any; `undefined` for one that has none. */
export function savedState({ id, processor, logger }: SavedStateOptions): SavedState | undefined {
  const { snapshot, restore } = processor
  if (snapshot === undefined || restore === undefined) return undefined
  const space = spaceOf('state', id)
  /** The header as it was written last. */
  let header: string | undefined
  let broken = false

  /** What is saved is not to be believed any more: positions go on, and it would not go with them. */
  function forget(error: unknown, changes: ChangeSet): void {
    broken = true
    header = undefined
    changes.remove(HEADERS, space)
    const fields = { error: errorText(error) }
    logger.error(
      fields,
      `the state could not be saved and is not any more: after a restart its counts begin anew (${fields.error})`,
    )
  }

  function* write(entries: Iterable<readonly [string, Uint8Array | undefined]>, changes: ChangeSet) {
    try {
      for (const [key, value] of entries) {
        if (value === undefined) changes.remove(space, key)
        // A copy, because the processor may use its buffer again.
        else changes.put(space, key, Buffer.from(value))
        yield
      }
    } catch (error) {
      forget(error, changes)
    }
  }

  function putHeader(next: SnapshotHeader, changes: ChangeSet): void {
    const text = headerText(next)
    if (text === header) return
    header = text
    changes.put(HEADERS, space, Buffer.from(text))
  }

  /** Why what is saved cannot be taken back; `undefined` when it was. */
  function takeBack(saved: SnapshotHeader, now: SnapshotHeader, storage: Storage): string | undefined {
    if (saved.version !== now.version) return `it was saved by another version of ${id}`
    if (saved.fingerprint !== now.fingerprint)
      return 'it was saved with other settings (window, threshold, group or condition)'
    try {
      restore?.call(processor, saved, storage.entries(space))
      return undefined
    } catch (error) {
      return `it could not be taken back: ${errorText(error)}`
    }
  }

  return {
    restore(storage, changes) {
      // The fresh processor's own first, to compare; and from now on only what changes is asked for.
      const first = snapshot.call(processor)
      const own = [...first.entries]
      const saved = headerOf(storage, space)
      const reason = saved === undefined ? undefined : takeBack(saved, first.header, storage)
      if (saved !== undefined && reason === undefined) {
        header = headerText(saved)
        return
      }
      let entries = 0
      for (const [key] of storage.entries(space)) {
        changes.remove(space, key)
        entries++
      }
      for (const _ of write(own, changes));
      if (saved === undefined && entries === 0) return
      changes.remove(HEADERS, space)
      const why = reason ?? 'it is not complete'
      logger.warn({ entries }, `the saved state is not taken back and its counts begin anew: ${why}`)
    },

    cut(changes): CutPart | undefined {
      if (broken) return undefined
      try {
        const { header, entries } = snapshot.call(processor)
        putHeader(header, changes)
        return { rest: write(entries, changes) }
      } catch (error) {
        forget(error, changes)
        return undefined
      }
    },
  }
}

function headerText({ version, fingerprint, data }: SnapshotHeader): string {
  return JSON.stringify({
    version,
    fingerprint,
    ...(data === undefined ? {} : { data: Buffer.from(data).toString('base64') }),
  })
}

function headerOf(storage: Storage, space: string): SnapshotHeader | undefined {
  for (const [key, value] of storage.entries(HEADERS)) {
    if (key !== space) continue
    const header = fromJson(value)
    if (typeof header !== 'object' || header === null) return undefined
    if (!('version' in header) || !('fingerprint' in header)) return undefined
    const { version, fingerprint } = header
    if (typeof version !== 'number' || typeof fingerprint !== 'string') return undefined
    const data = 'data' in header ? header.data : undefined
    if (typeof data !== 'string') return { version, fingerprint }
    return { version, fingerprint, data: Buffer.from(data, 'base64') }
  }
  return undefined
}
