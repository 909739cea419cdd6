import type { Group } from './group.ts'
import { packGroup } from './snapshot.ts'

type Entry = readonly [key: string, value: string | undefined]

/**
 * The groups of a snapshot that are packed when it is their turn, while records go on coming: 100,000 of them at once
 * would hold the stream up. One that is about to change is packed just before.
 */
export class PendingGroups {
  readonly #kept = new Map<Group, Entry>()

  /** The entries of a snapshot: `gone` are told as deleted, `there` as they are now. To be gone through once. */
  entries(gone: readonly Group[], there: readonly Group[]): Iterable<Entry> {
    // Nobody went through the last ones to their end.
    this.#kept.clear()
    for (const group of there) group.isPending = true
    return this.#pack(gone, there)
  }

  /** Packs a group that is about to change. */
  keep(group: Group): void {
    group.isPending = false
    this.#kept.set(group, packGroup(group))
  }

  *#pack(gone: readonly Group[], there: readonly Group[]): Generator<Entry> {
    for (const group of gone) yield [JSON.stringify(group.values), undefined]
    for (const group of there) {
      const kept = this.#kept.get(group)
      this.#kept.delete(group)
      group.isPending = false
      yield kept ?? packGroup(group)
    }
  }
}
