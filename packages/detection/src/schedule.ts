import TinyQueue from 'tinyqueue'
import type { Group } from './group.ts'
import type { Nanos, Time } from './time.ts'
import { time } from './time.ts'

interface Entry {
  readonly at: Nanos
  readonly order: number
  readonly group: Group
}

const NEVER: Time = [Number.POSITIVE_INFINITY, 0]

/** Which groups must be looked at when, in watermark time. A group has one valid entry at most. */
export class Schedule {
  readonly #queue = new TinyQueue<Entry>([], (a, b) =>
    a.at < b.at ? -1 : a.at > b.at ? 1 : a.order - b.order,
  )
  #order = 0
  #next: Time = NEVER

  /** The earliest entry, for a cheap comparison with the watermark. */
  get next(): Time {
    return this.#next
  }

  /** Puts the group down for `at`, unless it is down for that or earlier. */
  set(group: Group, at: Nanos): void {
    if (group.scheduledAt !== undefined && group.scheduledAt <= at) return
    group.scheduledAt = at
    this.#queue.push({ at, order: this.#order++, group })
    this.#look()
  }

  /** The next group that is due at `watermark`, taken out. */
  take(watermark: Nanos): Group | undefined {
    for (
      let entry = this.#queue.peek();
      entry !== undefined && entry.at <= watermark;
      entry = this.#queue.peek()
    ) {
      this.#queue.pop()
      const { group, at } = entry
      // An entry that a sooner one replaced, or whose group is gone, means nothing any more.
      if (group.isGone || group.scheduledAt !== at) continue
      group.scheduledAt = undefined
      this.#look()
      return group
    }
    this.#look()
    return undefined
  }

  #look(): void {
    const entry = this.#queue.peek()
    this.#next = entry === undefined ? NEVER : time(entry.at)
  }
}
