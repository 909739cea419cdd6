import type { Explanation } from '@lacuna/kafka-client'
import type { Clock, ReceiverHost } from '@lacuna/sdk'
import type { Session } from './session.ts'

/** Keeps a session alive: opens one, and another when it ends. */
export interface Supervisor {
  /** The session that is open now. */
  readonly session: Session | undefined
  /** Settles with the outcome of the start: see {@link SupervisorOptions.fatal}. */
  run(): Promise<void>
  /** Opens no more. The one that is open stays so. */
  stop(): void
  /** Closes the one that is open. */
  close(): Promise<void>
}

/** What {@link createSupervisor} needs. */
export interface SupervisorOptions {
  readonly clock: Clock
  /** Told when a session is open, and when it has ended or none could be opened, before the start is settled. */
  readonly health: ReceiverHost['health']
  /** Rejects when it cannot be opened. */
  readonly open: (signal: AbortSignal) => Promise<Session>
  readonly explain: (error: unknown) => Explanation
  /** Tells the operator, with the milliseconds until the next try. */
  readonly tell: (explanation: Explanation, delay: number) => void
  /** Whether to give up, given how long it has been tried. Asked only until a session has been open. */
  readonly fatal: (explanation: Explanation, elapsed: number) => Error | undefined
}

const FIRST_DELAY = 1000
const GREATEST_DELAY = 30_000
/** A session that lasted so long was a good one: after it the delays begin anew. */
const GOOD = 60_000

/** Makes a {@link Supervisor}. */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { clock, health, open, explain, tell, fatal } = options
  let session: Session | undefined
  const stopping = new AbortController()
  const { signal } = stopping
  let wake = () => {}

  function pause(millis: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(millis, resolve)
      wake = () => {
        cancel()
        resolve()
      }
    })
  }

  /** Lives through one session; resolves with what ended it. */
  async function live(started: () => void): Promise<unknown> {
    try {
      const opened = await open(signal)
      if (signal.aborted) return await opened.close()
      session = opened
      health('ok')
      started()
      await opened.ended
    } catch (error) {
      return error
    }
    return undefined
  }

  async function loop(settle: (error?: Error) => void): Promise<void> {
    const begun = clock.monotonic()
    let delay = FIRST_DELAY
    let good = false
    while (!signal.aborted) {
      const opened = clock.monotonic()
      const error = await live(() => {
        good = true
        settle()
      })
      if (signal.aborted) break
      await session?.close()
      session = undefined
      const explanation = explain(error)
      health('trouble', explanation.sentence)
      if (clock.monotonic() - opened > GOOD) delay = FIRST_DELAY
      if (!good) {
        const end = fatal(explanation, clock.monotonic() - begun)
        if (end !== undefined) return settle(end)
        // All but wrong credentials can come right while the rest is running.
        if (explanation.kind !== 'credentials') settle()
      }
      tell(explanation, delay)
      await pause(delay)
      delay = Math.min(delay * 2, GREATEST_DELAY)
    }
    settle()
  }

  return {
    get session() {
      return session
    },
    run() {
      return new Promise((resolve, reject) => {
        void loop((error) => (error === undefined ? resolve() : reject(error)))
      })
    },
    stop() {
      stopping.abort()
      wake()
    },
    async close() {
      stopping.abort()
      wake()
      await session?.close()
    },
  }
}
