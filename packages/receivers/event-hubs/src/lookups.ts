import type { Clock } from '@lacuna/sdk'
import type { Admin } from 'kafkajs'
import { NONE } from './offsets.ts'

/** First and next offset of a partition. */
export interface Bounds {
  readonly low: string
  readonly high: string
}

/** Asks the broker where things are. Each answer is by partition. */
export interface Lookups {
  /** What the group has committed. */
  committed(topic: string): Promise<ReadonlyMap<number, string>>
  bounds(topic: string): Promise<ReadonlyMap<number, Bounds>>
  /** The first offset with that time or a later one; the end where there is none. Milliseconds since 1970. */
  byTime(topic: string, millis: number): Promise<ReadonlyMap<number, string>>
  /** Drops the connection. */
  release(): Promise<void>
}

/** Milliseconds after the last answer that the connection is kept: an open one costs a little all the time. */
const IDLE = 5000

/**
 * Makes {@link Lookups} that connect when they are asked, and disconnect when they are not. Questions that are asked
 * at the same time for several partitions of one topic are one request.
 */
export function createLookups(makeAdmin: () => Admin, groupId: string, clock: Clock): Lookups {
  let connected: Promise<Admin> | undefined
  let cancel = () => {}
  const asked = new Map<string, Promise<unknown>>()

  function connect(): Promise<Admin> {
    connected ??= open()
    return connected
  }

  async function open(): Promise<Admin> {
    const admin = makeAdmin()
    try {
      await admin.connect()
      return admin
    } catch (error) {
      connected = undefined
      await admin.disconnect().catch(() => {})
      throw error
    }
  }

  async function release(): Promise<void> {
    cancel()
    const before = connected
    connected = undefined
    const admin = await before?.catch(() => undefined)
    await admin?.disconnect().catch(() => {})
  }

  function once<T>(question: string, ask: (admin: Admin) => Promise<T>): Promise<T> {
    const before = asked.get(question) as Promise<T> | undefined
    if (before !== undefined) return before
    cancel()
    const answer = connect()
      .then(ask)
      .finally(() => {
        asked.delete(question)
        if (asked.size > 0) return
        cancel()
        cancel = clock.after(IDLE, () => void release())
      })
    asked.set(question, answer)
    return answer
  }

  return {
    committed: (topic) =>
      once(`committed ${topic}`, async (admin) => {
        const [found] = await admin.fetchOffsets({ groupId, topics: [topic] })
        return new Map((found?.partitions ?? []).map(({ partition, offset }) => [partition, offset || NONE]))
      }),
    bounds: (topic) =>
      once(`bounds ${topic}`, async (admin) => {
        const found = await admin.fetchTopicOffsets(topic)
        return new Map(found.map(({ partition, low, high }) => [partition, { low, high }]))
      }),
    byTime: (topic, millis) =>
      once(`time ${topic} ${millis}`, async (admin) => {
        const found = await admin.fetchTopicOffsetsByTimestamp(topic, Math.max(0, millis))
        return new Map(found.map(({ partition, offset }) => [partition, offset]))
      }),
    release,
  }
}
