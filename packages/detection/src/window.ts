import type { Nanos } from './time.ts'
import { floorDiv, millis } from './time.ts'

/** A window as it is configured; all lengths in milliseconds. */
export interface WindowOptions {
  readonly type: 'tumbling' | 'sliding'
  readonly size: number
  /** Only for `sliding`. Without it the window is continuous: the trailing `(t - size, t]`. */
  readonly slide?: number | undefined
  /** What is added to the epoch before windows are aligned to it. Not for continuous windows. */
  readonly offset?: number | undefined
}

/** The trailing window `(t - size, t]`, looked at where a match is. */
export interface ContinuousWindow {
  readonly kind: 'continuous'
  readonly size: Nanos
}

/** Windows `[start, start + size)`, one every `slide`, aligned to the epoch plus `offset`. */
export interface AlignedWindow {
  readonly kind: 'tumbling' | 'sliding'
  readonly size: Nanos
  readonly slide: Nanos
  readonly offset: Nanos
}

export type Window = ContinuousWindow | AlignedWindow

const LONGEST = 366 * 86_400_000
const MOST_SLIDES = 100_000

/** What is wrong with a window, and with which of its keys; `undefined` when nothing is. */
export function windowProblem(
  options: WindowOptions,
): { key: 'size' | 'slide' | 'offset'; message: string } | undefined {
  const { type, size, slide, offset = 0 } = options
  if (size < 1 || size > LONGEST) return { key: 'size', message: 'must be between 1ms and 366d' }
  if (type === 'tumbling' && slide !== undefined) {
    return { key: 'slide', message: 'is only for sliding windows: tumbling windows stand back to back' }
  }
  if (slide !== undefined) {
    if (slide < 1) return { key: 'slide', message: 'must be at least 1ms' }
    if (size % slide !== 0) return { key: 'slide', message: 'must divide the size without a rest' }
    if (size / slide > MOST_SLIDES)
      return { key: 'slide', message: 'may fit into the size at most 100,000 times' }
  }
  if (type === 'sliding' && slide === undefined && offset !== 0) {
    return { key: 'offset', message: 'needs a slide: a continuous window is aligned to nothing' }
  }
  const period = slide ?? size
  if (offset < 0 || offset >= period) {
    return { key: 'offset', message: 'must be less than the distance from one window to the next' }
  }
  return undefined
}

/**
 * The window that the options describe.
 *
 * @throws RangeError when {@link windowProblem} finds something wrong.
 */
export function makeWindow(options: WindowOptions): Window {
  const problem = windowProblem(options)
  if (problem !== undefined) throw new RangeError(`window.${problem.key} ${problem.message}`)
  const size = millis(options.size)
  if (options.type === 'sliding' && options.slide === undefined) return { kind: 'continuous', size }
  return {
    kind: options.type,
    size,
    slide: options.slide === undefined ? size : millis(options.slide),
    offset: millis(options.offset ?? 0),
  }
}

/** The start of the first window that starts after `moment`. */
export function firstStartAfter(window: AlignedWindow, moment: Nanos): Nanos {
  return lastStartUpTo(window, moment) + window.slide
}

/** The start of the last window that starts at `moment` or before. */
export function lastStartUpTo(window: AlignedWindow, moment: Nanos): Nanos {
  return floorDiv(moment - window.offset, window.slide) * window.slide + window.offset
}
