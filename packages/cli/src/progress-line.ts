import type { Progress } from '@lacuna/runtime'
import { formatBytes, formatCount, formatElapsed, formatNoun } from './format.ts'
import type { Screen } from './screen.ts'

/** Milliseconds between two looks at the same line: five a second are as many as an eye follows. */
const INTERVAL = 200

/** What the progress line needs to know beside how far reading has come. */
export interface ProgressLineOptions {
  readonly screen: Screen
  /** Milliseconds that only go forward. */
  readonly monotonic: () => number
  /** Alerts that have opened so far. */
  readonly alerts: () => number
}

/** Makes the listener that shows how far reading has come, at most five times a second. */
export function createProgressLine(options: ProgressLineOptions): (progress: Progress) => void {
  const { screen, monotonic, alerts } = options
  const begun = monotonic()
  let last = begun
  return (progress) => {
    const now = monotonic()
    if (now - last < INTERVAL) return
    last = now
    screen.status(progressLine(progress, alerts(), now - begun))
  }
}

/**
 * How far reading has come, on one line.
 *
 * @param elapsed milliseconds since it began
 * @example
 * ```ts
 * progressLine({ bytes: 512, total: 1024, records: 100 }, 2, 1000)
 * // '512 B of 1.0 KiB  50%  100 records/s  2 alerts  1.0s left'
 * ```
 */
export function progressLine(progress: Progress, alerts: number, elapsed: number): string {
  const { bytes, total, records } = progress
  const rate = `${formatCount(records / Math.max(elapsed / 1000, 0.001))} records/s`
  const found = formatNoun(alerts, 'alert')
  if (total === undefined) return [formatBytes(bytes), rate, found].join('  ')
  // A file that grows while it is read is never more than whole.
  const share = total === 0 ? 1 : Math.min(1, bytes / total)
  const parts = [`${formatBytes(bytes)} of ${formatBytes(total)}`, `${Math.floor(share * 100)}%`, rate, found]
  if (share > 0) parts.push(`${formatElapsed((elapsed * (1 - share)) / share)} left`)
  return parts.join('  ')
}
