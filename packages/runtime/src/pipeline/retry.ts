import type { SendingConfig } from '../config/sending.ts'

/** How long to go on trying to deliver. */
export type RetryPolicy = SendingConfig['retry_on_failure']

/** Milliseconds that the other side can make us wait where no end is set. */
const LONGEST = 3_600_000

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
  if (!policy.enabled) return undefined
  const { initial_interval: initial, max_interval: max, max_elapsed_time: maxElapsed } = policy
  const left = maxElapsed === 0 ? Math.max(max, LONGEST) : maxElapsed - elapsed
  if (left <= 0) return undefined
  const ceiling = Math.min(max, initial * 2 ** Math.min(attempt - 1, 30))
  return Math.min(left, Math.max(retryAfter, Math.ceil(random() * ceiling)))
}
