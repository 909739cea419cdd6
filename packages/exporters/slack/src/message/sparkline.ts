import type { AnyValue } from '@lacuna/sdk'
import { formatDuration } from '@lacuna/sdk'
import { millisOf } from './times.ts'
import { showNumber } from './value.ts'

const BARS = ['▂', '▃', '▄', '▅', '▆', '▇', '█']
const NOTHING = '▁'
const MAX_SLOTS = 60

/**
 * A small drawing of a window: one bar for each part of it, the lowest for none at all. `undefined` where there are
 * no counts to draw.
 *
 * @param counts matches in parts of equal length, the earliest first (`lacuna.evidence.timeline`)
 * @example
 * ```ts
 * sparkline([0, 1, 4], '2026-09-14T08:00:00Z', '2026-09-14T09:00:00Z') // '`▁▃█` at most 4 in 20m'
 * ```
 */
export function sparkline(
  counts: AnyValue | undefined,
  start: AnyValue | undefined,
  end: AnyValue | undefined,
): string | undefined {
  if (!Array.isArray(counts) || counts.length === 0 || counts.length > MAX_SLOTS) return undefined
  let most = 0
  for (const count of counts) {
    if (typeof count !== 'number' || !Number.isFinite(count) || count < 0) return undefined
    if (count > most) most = count
  }
  if (most === 0) return undefined
  let bars = ''
  for (const count of counts) bars += bar(Number(count), most)
  const from = millisOf(start)
  const to = millisOf(end)
  const slot = from === undefined || to === undefined ? 0 : Math.floor((to - from) / counts.length)
  const each = slot >= 1 ? ` in ${formatDuration(slot)}` : ''
  return `\`${bars}\` at most ${showNumber(most)}${each}`
}

function bar(count: number, most: number): string {
  if (count === 0) return NOTHING
  return BARS[Math.min(BARS.length - 1, Math.ceil((count / most) * BARS.length) - 1)] ?? NOTHING
}
