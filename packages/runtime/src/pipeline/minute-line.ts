import type { Component, Logger } from '@lacuna/sdk'
import type { Account } from './account.ts'
import type { Graph } from './graph.ts'
import type { Line } from './line.ts'
import { namedLogger } from './named-logger.ts'
import { byName } from './summary.ts'

/** Milliseconds between two lines. */
export const MINUTE = 60_000

/** Makes what writes one line for each pipeline. */
export function minuteLines(
  { lines, readers }: Pick<Graph, 'lines' | 'readers'>,
  logger: Logger,
): () => void {
  const writers = lines.map((line) => {
    const receivers = readers.filter(({ intake }) => intake.lines.includes(line))
    const shared = [
      ...receivers.map(({ intake }) => intake.account),
      ...line.deliveries.map((each) => each.account),
    ]
    return minuteLine(line, shared, namedLogger(logger, { pipeline: line.id }))
  })
  return () => {
    for (const write of writers) write()
  }
}

/**
 * Makes what writes a pipeline's line once a minute: records in and out, dropped by reason, and late ones of
 * the minute; open episodes and the watermark's lag as they are. What a shared receiver or exporter dropped
 * stands in the line of every pipeline that names it.
 */
function minuteLine(line: Line, shared: readonly Account[], logger: Logger): () => void {
  const own = line.stages.map((stage) => stage.account)
  const accounts = [...shared, ...own]

  function totals() {
    const dropped = new Map<string, number>()
    let late = 0
    for (const account of accounts)
      for (const [reason, count] of account.dropped) dropped.set(reason, (dropped.get(reason) ?? 0) + count)
    for (const account of own) late += account.noted.get('late') ?? 0
    return { in: line.in, out: line.out, dropped, late }
  }

  let before = totals()
  return () => {
    const now = totals()
    const dropped = new Map<string, number>()
    for (const [reason, count] of now.dropped) {
      const more = count - (before.dropped.get(reason) ?? 0)
      if (more > 0) dropped.set(reason, more)
    }
    const fields = {
      in: now.in - before.in,
      out: now.out - before.out,
      dropped: byName(dropped),
      late: now.late - before.late,
      ...gaugesOf(line),
    }
    before = now
    logger.info(fields, `${fields.in} records in and ${fields.out} out in the last minute`)
  }
}

/** Open episodes of all detectors together, and the lag of the one that is furthest behind. */
function gaugesOf(line: Line): { open_episodes?: number; watermark_lag_ms?: number } {
  let episodes: number | undefined
  let lag: number | undefined
  for (const { processor } of line.stages) {
    const gauges = safeGauges(processor)
    const open = gauges.open_episodes
    const behind = gauges.watermark_lag_ms
    if (open !== undefined) episodes = (episodes ?? 0) + open
    if (behind !== undefined) lag = Math.max(lag ?? behind, behind)
  }
  return {
    ...(episodes === undefined ? {} : { open_episodes: episodes }),
    ...(lag === undefined ? {} : { watermark_lag_ms: lag }),
  }
}

function safeGauges(component: Component): Readonly<Record<string, number>> {
  try {
    return component.gauges?.() ?? {}
  } catch {
    return {}
  }
}
