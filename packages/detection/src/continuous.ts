import type { Episodes, Span } from './episodes.ts'
import type { Evaluator, Rule } from './evaluator.ts'
import type { Group } from './group.ts'
import type { MatchLog } from './match-log.ts'
import type { Nanos } from './time.ts'
import { max } from './time.ts'
import type { ContinuousWindow } from './window.ts'

/**
 * Episodes over the trailing window `(x - size, x]`.
 *
 * The count rises only where a match is, so only windows that end at a match are looked at; and it falls only
 * where a match leaves. It is below `recoverBelow` as soon as the `recoverBelow`th newest match has left: that
 * one moment is all there is to know of an open episode.
 */
export function continuousEvaluator(rule: Rule, window: ContinuousWindow, episodes: Episodes): Evaluator {
  const { threshold, recoverBelow, updateInterval } = rule
  const { size } = window

  const spanTo = (end: Nanos): Span => ({ start: end - size, end, from: end - size + 1n, to: end + 1n })

  const countAt = (log: MatchLog, end: Nanos) => log.count(end - size + 1n, end + 1n)

  /** When the count falls below `recoverBelow` if only the oldest `kept` matches are there. */
  const fallOf = (log: MatchLog, kept: number): Nanos | undefined =>
    kept < recoverBelow ? undefined : log.timeOf(kept - recoverBelow) + size

  const resolve = (group: Group, at: Nanos) => {
    if (group.episode !== undefined) episodes.resolve(group, at, spanTo(group.episode.lastOver))
  }

  const reaches = (log: MatchLog, index: number) =>
    index + 1 >= threshold && log.timeOf(index + 1 - threshold) > log.timeOf(index) - size

  /** Whether the window that ends at the match `index` holds all that is at that time. */
  const isLastOfItsTime = (log: MatchLog, index: number) =>
    index + 1 === log.length || log.timeOf(index + 1) !== log.timeOf(index)

  const noteWindow = (group: Group, end: Nanos) => {
    const { episode } = group
    if (episode === undefined) return
    const count = countAt(group.matches, end)
    episode.peak = Math.max(episode.peak, count)
    if (count >= threshold) episode.lastOver = max(episode.lastOver, end)
  }

  /**
   * Goes on from an opening among matches that came before it: to the match before which the episode fell,
   * or to the end.
   */
  const follow = (group: Group, from: number): number => {
    const log = group.matches
    for (let index = from; index < log.length; index++) {
      const at = log.timeOf(index)
      const fall = fallOf(log, index)
      if (fall !== undefined && fall <= at) {
        resolve(group, fall)
        return index
      }
      if (isLastOfItsTime(log, index)) noteWindow(group, at)
    }
    return log.length
  }

  /** Opens at the earliest window with the match `first` in it that reaches the threshold. */
  const scan = (group: Group, first: number) => {
    const log = group.matches
    const until = log.timeOf(first) + size
    let index = first
    while (index < log.length && log.timeOf(index) < until) {
      const end = log.timeOf(index)
      const allowed = group.resolvedAt === undefined || end >= group.resolvedAt
      if (allowed && isLastOfItsTime(log, index) && reaches(log, index)) {
        const span = spanTo(end)
        episodes.open(group, end, span, log.at(log.firstFrom(span.from)), end, 0)
        index = follow(group, index + 1)
      } else index++
    }
  }

  const goOn = (group: Group, first: number) => {
    const log = group.matches
    const at = log.timeOf(first)
    for (let index = first; index < log.length && log.timeOf(index) < at + size; index++) {
      if (isLastOfItsTime(log, index)) noteWindow(group, log.timeOf(index))
    }
    if (group.episode !== undefined && at - group.episode.lastToldAt >= updateInterval) {
      episodes.update(group, at, spanTo(at))
    }
  }

  return {
    deadlineComesForward: false,

    onMatch(group, index) {
      const log = group.matches
      if (group.episode !== undefined && index === log.length - 1) {
        const fall = fallOf(log, index)
        if (fall !== undefined && fall <= log.timeOf(index)) resolve(group, fall)
      }
      if (group.episode === undefined) scan(group, index)
      else goOn(group, index)
    },

    onWatermark(group, watermark) {
      if (group.episode === undefined) return
      const fall = fallOf(group.matches, group.matches.length)
      if (fall !== undefined && fall <= watermark) resolve(group, fall)
    },

    onEnd(group, last) {
      if (group.episode === undefined) return
      const fall = fallOf(group.matches, group.matches.length)
      resolve(group, fall !== undefined && fall <= last ? fall : last)
    },

    deadline: (group) =>
      group.episode === undefined ? undefined : fallOf(group.matches, group.matches.length),

    keepFrom(group, horizon) {
      const needed = group.episode?.lastOver
      return (needed !== undefined && needed < horizon ? needed : horizon) - size + 1n
    },
  }
}
