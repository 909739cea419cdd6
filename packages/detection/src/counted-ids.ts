import type { Nanos } from './time.ts'

/**
 * Dedupe ids of matches that were counted, each with the times under which it was. Nearly always that is one;
 * an id that came again a window later has several.
 */
export class CountedIds {
  readonly #times = new Map<string, Nanos | Nanos[]>()

  add(id: string, at: Nanos): void {
    const times = this.#times.get(id)
    if (times === undefined) this.#times.set(id, at)
    else if (typeof times === 'bigint') this.#times.set(id, [times, at])
    else times.push(at)
  }

  /** Whether the id was counted less than `distance` before or after `at`. */
  hasWithin(id: string, at: Nanos, distance: Nanos): boolean {
    const isNear = (time: Nanos) => (at > time ? at - time : time - at) < distance
    const times = this.#times.get(id)
    if (times === undefined) return false
    return typeof times === 'bigint' ? isNear(times) : times.some(isNear)
  }

  forget(id: string, at: Nanos): void {
    const times = this.#times.get(id)
    if (times === at) this.#times.delete(id)
    else if (typeof times === 'object') {
      const rest = times.filter((time) => time !== at)
      if (rest.length === 0) this.#times.delete(id)
      else this.#times.set(id, rest)
    }
  }

  /** Every id with each of its times: what a snapshot holds. */
  entries(): [id: string, at: Nanos][] {
    return [...this.#times].flatMap(([id, times]) =>
      typeof times === 'bigint'
        ? [[id, times] as [string, Nanos]]
        : times.map((at): [string, Nanos] => [id, at]),
    )
  }
}
