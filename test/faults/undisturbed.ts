import { setTimeout as wait } from 'node:timers/promises'
import { agreedAlerts, type Expected } from './expected.ts'
import type { Input } from './input.ts'
import { RunFailure, type Stage } from './stage.ts'
import { faultsOf } from './verdict.ts'

/** Milliseconds without a word after which a run has said everything. */
export const QUIET = 600
const PATIENCE = 60_000

/**
 * Gives what comes of the input when nothing happens, if an independent count agrees.
 *
 * @throws RunFailure when that run itself is not in order
 */
export async function undisturbed(stage: Stage, input: Input): Promise<Expected> {
  const { sink, feed, settings } = stage
  if (settings.follow) {
    stage.start()
    await feed.advance(1)
    await untilSentinels(stage, input)
    await stage.term()
    await feed.afterKill()
  } else {
    await feed.advance(1)
    const life = stage.start()
    if (!(await life.gone(PATIENCE)) || life.code !== 0)
      throw new RunFailure(`the undisturbed run came to no end: ${life.stderr.slice(-2000)}`)
  }
  const wrong = faultsOf({
    expected: new Map(sink.arrivals.map(({ id, alert }) => [id, alert])),
    arrivals: sink.arrivals,
    lives: stage.lives,
    margin: 0,
    outages: [],
    forgotten: [],
    refused: false,
  })
  if (wrong.length > 0) throw new RunFailure(`the undisturbed run: ${wrong.join('\n')}`)
  const told = sink.arrivals.map(({ alert }) => alert)
  return agreedAlerts(input, told, !settings.follow)
}

/** Waits until the last episode of each source is told: then all before it is. */
async function untilSentinels({ sink, life }: Stage, input: Input): Promise<void> {
  const until = performance.now() + PATIENCE
  const waiting = new Set(input.sentinels)
  for (let seen = 0; waiting.size > 0; await wait(10)) {
    for (; seen < sink.arrivals.length; seen++) waiting.delete(sink.arrivals[seen]?.alert.group ?? '')
    if (life.ended !== undefined || performance.now() > until)
      throw new RunFailure(`the undisturbed run came to no end: ${life.stderr.slice(-2000)}`)
  }
  await wait(QUIET)
}
