import type { GroupValue } from './ids.ts'
import type { Time } from './time.ts'
import type { WindowOptions } from './window.ts'

/** What makes a threshold rule. Lengths of time are in milliseconds. */
export interface DetectorOptions {
  /** Part of every id. */
  readonly ruleId: string
  readonly window: WindowOptions
  /** Matches in a window that open an episode. */
  readonly threshold: number
  /** An episode ends when the count falls below this. At least 1, at most the threshold. */
  readonly recoverBelow: number
  /** Tell at the record that reaches the threshold, or when the watermark closes the window. */
  readonly trigger: 'on_threshold' | 'on_close'
  readonly updateInterval: number
  readonly maxOutOfOrderness: number
  readonly allowedLateness: number
  readonly idleTimeout: number
  readonly maxFutureSkew: number
  readonly maxGroups: number
  /** How many lists of texts and how many numbers {@link RecordReader} gives for each match. */
  readonly evidence: { readonly lists: number; readonly numbers: number }
}

/** How a detector reads a record. Each is called at most once a record, and only when it is needed. */
export interface RecordReader<R> {
  /** Its event time; `[0, 0]` when it has none. */
  time(record: R): Time
  /** Whether it counts in totals. */
  isCall(record: R): boolean
  /** Whether it is what the rule counts. */
  isMatch(record: R): boolean
  /** The group that it belongs to: equal keys, as in a `Map`, are one group. */
  groupKey(record: R): unknown
  /** The group's values as an alert shows them. Asked when a group is new. */
  groupValues(record: R): readonly GroupValue[]
  /** The place of the exception that takes this match out, -1 when none does. */
  exception(record: R): number
  /** The id by which a repeat of a match is known. */
  id(record: R): string | undefined
  /** Texts that an alert lists, in a fixed order of lists. */
  values(record: R): readonly (string | undefined)[]
  /** Numbers that an alert sums up, in a fixed order. */
  numbers(record: R): readonly (number | undefined)[]
}

/**
 * Checks what types alone cannot say.
 *
 * @throws RangeError that names the option.
 */
export function checkOptions(options: DetectorOptions): void {
  const { threshold, recoverBelow, window, trigger } = options
  if (!Number.isSafeInteger(threshold) || threshold < 1) throw new RangeError('threshold must be at least 1')
  if (!Number.isSafeInteger(recoverBelow) || recoverBelow < 1 || recoverBelow > threshold) {
    throw new RangeError('recover_below must be between 1 and the threshold')
  }
  if (trigger === 'on_close' && window.type === 'sliding' && window.slide === undefined) {
    throw new RangeError('trigger on_close needs windows that close: give the sliding window a slide')
  }
  if (!(options.maxGroups >= 1)) throw new RangeError('max_groups must be at least 1')
}
