/** First in, first out; both ends in constant time, however long it is. */
export interface Fifo<T> {
  readonly length: number
  readonly first: T | undefined
  readonly last: T | undefined
  push(item: T): void
  /** Takes the first. */
  shift(): T | undefined
  /** Takes the last. */
  pop(): T | undefined
  clear(): void
  /** From the first to the last. */
  [Symbol.iterator](): Iterator<T>
}

/** Places that may stand empty in front before the rest is moved up. */
const SLACK = 256

/** Makes an empty {@link Fifo}. An array's own `shift` moves all that is left, for every single record. */
export function createFifo<T>(): Fifo<T> {
  let items: (T | undefined)[] = []
  let head = 0

  function clear(): void {
    items = []
    head = 0
  }

  return {
    get length() {
      return items.length - head
    },
    get first() {
      return items[head]
    },
    get last() {
      return head < items.length ? items.at(-1) : undefined
    },
    push(item) {
      items.push(item)
    },
    shift() {
      const item = items[head]
      if (head >= items.length) return undefined
      items[head++] = undefined
      if (head === items.length) clear()
      else if (head >= SLACK && head * 2 >= items.length) {
        items = items.slice(head)
        head = 0
      }
      return item
    },
    pop() {
      if (head >= items.length) return undefined
      const item = items.pop()
      if (head === items.length) clear()
      return item
    },
    clear,
    *[Symbol.iterator]() {
      for (let index = head; index < items.length; index++) {
        const item = items[index]
        if (item !== undefined) yield item
      }
    },
  }
}
