import type { HrTime } from '@lacuna/sdk'

/** A heap of things that come by time: the least time first, ties by their order in the list. */
export interface TimeHeap<T> {
  readonly size: number
  /** The one with the least time. */
  first(): T | undefined
  /** Says that the time of the first has become `time`; `undefined` is less than any. */
  moved(time: Readonly<HrTime> | undefined): void
  /** Takes the first away. */
  drop(): void
}

interface Lane<T> {
  readonly item: T
  readonly order: number
  seconds: number
  nanos: number
}

/**
 * Makes a {@link TimeHeap} of `items`, none of which has a time yet.
 *
 * Only the first one's time ever moves, because a source's watermark moves only by its own records; so one
 * comparison of two lanes a level is all a record costs, however many files there are.
 */
export function timeHeap<T>(items: readonly T[]): TimeHeap<T> {
  // In the order of the list, which for equal times is a heap.
  const heap: Lane<T>[] = items.map((item, order) => ({ item, order, seconds: -Infinity, nanos: 0 }))

  function sink(): void {
    const lane = heap[0]
    if (lane === undefined) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      let least = heap[child]
      const right = heap[child + 1]
      if (least !== undefined && right !== undefined && compare(right, least) < 0) {
        child++
        least = right
      }
      if (least === undefined || compare(lane, least) < 0) break
      heap[at] = least
      at = child
    }
    heap[at] = lane
  }

  return {
    get size() {
      return heap.length
    },
    first: () => heap[0]?.item,
    moved(time) {
      const lane = heap[0]
      if (lane === undefined) return
      lane.seconds = time === undefined ? -Infinity : time[0]
      lane.nanos = time === undefined ? 0 : time[1]
      sink()
    },
    drop() {
      const last = heap.pop()
      if (last === undefined || heap.length === 0) return
      heap[0] = last
      sink()
    },
  }
}

function compare(a: Lane<unknown>, b: Lane<unknown>): number {
  if (a.seconds !== b.seconds) return a.seconds < b.seconds ? -1 : 1
  return a.nanos - b.nanos || a.order - b.order
}
