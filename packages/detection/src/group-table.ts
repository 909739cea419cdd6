import type { Group } from './group.ts'
import { GroupList } from './group-list.ts'
import type { GroupValue } from './ids.ts'
import { MatchLog } from './match-log.ts'
import { SlotCounts } from './slot-counts.ts'
import type { SlotGrid } from './slot-grid.ts'

/** At most this many matches of a group are kept one by one; more only where the threshold needs it. */
const EXACT_MATCHES = 10_000

/** What had to be given up for want of room. */
export interface Losses {
  /** Groups with matches that were dropped for others. */
  evicted: number
  /** Records that found no place. */
  refused: number
}

/**
 * All groups, at most `limit`.
 *
 * When it is full the group that was quiet for longest goes: first those without matches, then those that are
 * not half way to the threshold. Groups that are, or that have an open episode, stay; when there are only such,
 * a new group finds no place.
 */
export class GroupTable {
  readonly losses: Losses = { evicted: 0, refused: 0 }
  readonly #groups = new Map<unknown, Group>()
  readonly #quiet = new GroupList()
  readonly #few = new GroupList()
  readonly #limit: number
  readonly #threshold: number
  readonly #grid: SlotGrid

  readonly #onRemove: (group: Group) => void

  constructor(limit: number, threshold: number, grid: SlotGrid, onRemove: (group: Group) => void) {
    this.#onRemove = onRemove
    this.#limit = limit
    this.#threshold = threshold
    this.#grid = grid
  }

  get size(): number {
    return this.#groups.size
  }

  /** All groups in the order in which they were first seen. */
  get all(): IterableIterator<Group> {
    return this.#groups.values()
  }

  get(key: unknown): Group | undefined {
    return this.#groups.get(key)
  }

  /** Makes a group of what came from `source`, or says that there is no place. */
  add(key: unknown, values: readonly GroupValue[], source: string | undefined): Group | undefined {
    if (this.#groups.size >= this.#limit && !this.#makeRoom()) {
      this.losses.refused++
      return undefined
    }
    const group: Group = {
      key,
      values,
      source,
      matches: new MatchLog(Math.max(EXACT_MATCHES, this.#threshold), this.#grid),
      totals: new SlotCounts(),
      ids: undefined,
      episode: undefined,
      resolvedAt: undefined,
      toldWindows: undefined,
      closedUpTo: undefined,
      lastSlot: Number.NEGATIVE_INFINITY,
      scheduledAt: undefined,
      scheduledFor: undefined,
      isGone: false,
      isDirty: false,
      isPending: false,
      older: undefined,
      newer: undefined,
      list: undefined,
    }
    this.#groups.set(key, group)
    return group
  }

  /** Whether a group must be kept whatever comes. */
  isBusy(group: Group): boolean {
    return group.episode !== undefined || group.matches.length * 2 >= this.#threshold
  }

  /** A record of the group came, or its matches changed. */
  touch(group: Group): void {
    if (this.isBusy(group)) group.list?.remove(group)
    else if (group.matches.length === 0) this.#quiet.touch(group)
    else this.#few.touch(group)
  }

  /** Forgets the groups whose last record lies before `slot`, busy ones aside. */
  forgetBefore(slot: number): void {
    for (const list of [this.#quiet, this.#few]) {
      for (let group = list.oldest; group !== undefined && group.lastSlot < slot; group = list.oldest) {
        this.remove(group)
      }
    }
  }

  remove(group: Group): void {
    group.list?.remove(group)
    this.#groups.delete(group.key)
    group.isGone = true
    this.#onRemove(group)
  }

  #makeRoom(): boolean {
    const victim = this.#quiet.oldest ?? this.#few.oldest
    if (victim === undefined) return false
    if (victim.matches.length > 0) this.losses.evicted++
    this.remove(victim)
    return true
  }
}
