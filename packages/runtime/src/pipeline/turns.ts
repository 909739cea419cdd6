import type { Waiting } from './waiting.ts'

/** Lets one thing be under way at a time; the others wait in the order in which they came. */
export interface Turns {
  /** Whether something is under way. */
  readonly busy: boolean
  /**
   * Does `job` when it is its turn: at once and without a promise when nothing is under way.
   *
   * @param job must neither throw nor reject
   * @param refuse is called in its place when {@link Turns.abandon} comes first
   */
  take(job: () => Waiting, refuse?: () => void): Waiting
  /** Resolves once nothing is under way and nothing waits. */
  idle(): Promise<void>
  /** Refuses all that waits for its turn. What is under way is left to itself. */
  abandon(): void
}

interface Waiter {
  readonly job: () => Waiting
  readonly refuse: (() => void) | undefined
  readonly resolve: () => void
}

/** Makes {@link Turns} that nobody has taken. */
export function createTurns(): Turns {
  let busy = false
  let waiters: Waiter[] = []
  let idlers: (() => void)[] = []

  async function goOn(current: Promise<void>): Promise<void> {
    await current
    for (let next = waiters.shift(); next !== undefined; next = waiters.shift()) {
      await next.job()
      next.resolve()
    }
    busy = false
    const waking = idlers
    idlers = []
    for (const wake of waking) wake()
  }

  return {
    get busy() {
      return busy
    },
    take(job, refuse) {
      if (busy) return new Promise((resolve) => waiters.push({ job, refuse, resolve }))
      busy = true
      const current = job()
      if (current !== undefined) {
        void goOn(current)
        return current
      }
      // A job that was given while this one ran waits for it.
      if (waiters.length > 0 || idlers.length > 0) void goOn(Promise.resolve())
      else busy = false
      return undefined
    },
    idle() {
      if (!busy) return Promise.resolve()
      return new Promise((resolve) => idlers.push(resolve))
    },
    abandon() {
      const refused = waiters
      waiters = []
      for (const waiter of refused) {
        waiter.refuse?.()
        waiter.resolve()
      }
    },
  }
}
