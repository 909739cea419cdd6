/** How long to go on trying to deliver. */
export interface RetryPolicy {
  /** Milliseconds that the first wait is at most; each later one at most twice the one before. */
  readonly initial: number
  /** Milliseconds that any wait is at most, unless the other side asks for more. */
  readonly max: number
  /** Milliseconds after the first try at which it is given up. */
  readonly maxElapsed: number
}

/** As the OpenTelemetry Collector's exporters do, but for the first wait (there 5 s): alerts are few and urgent. */
export const RETRY: RetryPolicy = { initial: 1000, max: 30_000, maxElapsed: 300_000 }

/**
 * Milliseconds to wait before the next try: exponential with full jitter, at least what the other side asked
 * for, and never past the end, so that the last try is made there. `undefined` when it is time to give up.
 *
 * @param attempt tries made so far, from 1
 * @param elapsed milliseconds since the first try
 * @param random from 0 up to, not including, 1
 */
export function retryDelay(
  policy: RetryPolicy,
  attempt: number,
  elapsed: number,
  random: () => number,
  retryAfter = 0,
): number | undefined {
  const left = policy.maxElapsed - elapsed
  if (left <= 0) return undefined
  const ceiling = Math.min(policy.max, policy.initial * 2 ** Math.min(attempt - 1, 30))
  return Math.min(left, Math.max(retryAfter, Math.ceil(random() * ceiling)))
}
