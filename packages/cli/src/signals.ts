import { constants } from 'node:os'

/**
 * Milliseconds within which a second SIGINT at a terminal is the same key: the terminal sends it to everyone,
 * and `npx` and an older Node that started us pass on theirs as well.
 */
const SAME_KEY = 300

const SIGNALS = ['SIGINT', 'SIGTERM'] as const
type Signal = (typeof SIGNALS)[number]

/** The part of `process` that is used. */
export interface SignalSource {
  on(signal: Signal, listener: () => void): unknown
  off(signal: Signal, listener: () => void): unknown
}

/** What to do, in this order, and how time passes. */
export interface SignalActions {
  /** The first signal. */
  readonly stop: () => void
  /** A second one; with the exit code that says so. */
  readonly end: (exitCode: number) => void
  /** Whether a person sits at a terminal. */
  readonly terminal: boolean
  /** Milliseconds that only go forward. */
  readonly monotonic: () => number
}

/**
 * Follows SIGINT and SIGTERM until the returned function is called.
 *
 * @example
 * ```ts
 * const release = onSignals(process, { stop, end, terminal: true, monotonic })
 * ```
 */
export function onSignals(source: SignalSource, actions: SignalActions): () => void {
  const { stop, end, terminal, monotonic } = actions
  let first: number | undefined
  const listeners = SIGNALS.map((signal) => {
    const listener = () => {
      if (first === undefined) {
        first = monotonic()
        stop()
      } else if (!(terminal && signal === 'SIGINT' && monotonic() - first < SAME_KEY))
        end(128 + constants.signals[signal])
    }
    source.on(signal, listener)
    return { signal, listener }
  })
  return () => {
    for (const { signal, listener } of listeners) source.off(signal, listener)
  }
}
