import type { Group } from './group.ts'

/** Groups by age: which one was quiet for longest. A group is in one list at most. */
export class GroupList {
  #oldest: Group | undefined
  #newest: Group | undefined

  get oldest(): Group | undefined {
    return this.#oldest
  }

  /** Makes `group` the newest of this list, out of whichever it was in. */
  touch(group: Group): void {
    if (this.#newest === group) return
    group.list?.remove(group)
    group.list = this
    group.older = this.#newest
    if (this.#newest !== undefined) this.#newest.newer = group
    else this.#oldest = group
    this.#newest = group
  }

  remove(group: Group): void {
    if (group.list !== this) return
    if (group.older !== undefined) group.older.newer = group.newer
    else this.#oldest = group.newer
    if (group.newer !== undefined) group.newer.older = group.older
    else this.#newest = group.older
    group.older = undefined
    group.newer = undefined
    group.list = undefined
  }
}
