import { setTimeout as wait } from 'node:timers/promises'
import { type Fault, inParts } from '../fault.ts'
import type { Answer } from '../sink.ts'
import type { Stage } from '../stage.ts'

/** What the other side does instead of answering with 200. */
const WAYS = [
  'dies',
  'answers late',
  'hangs',
  '503',
  '503 after it accepted',
  '500 after it accepted',
] as const

export const exporter: Fault = {
  name: 'exporter',
  does: 'has the other side die, answer late or not at all, or answer 503 or 500 also where it has accepted',
  sources: ['file', 'kafka', 'otlp'],
  play(stage) {
    const { random, sink } = stage
    const usual = sink.answer
    stage.start()
    return inParts(stage, async () => {
      const isLive = await stage.untilLive()
      const way = random.pick(WAYS)
      stage.note(`the sink ${way}`)
      if (way === 'dies') await sink.die()
      else sink.answer = () => answerOf(way, stage)
      await wait(random.between(100, 3000))
      const isKilled = random.chance(0.5)
      // A second signal ends it where the first one waits for what cannot be delivered.
      if (isKilled) await (random.chance(0.5) ? stage.kill() : stage.hurry())
      if (way === 'dies') await sink.revive()
      else sink.answer = usual
      stage.note('the sink is back')
      if (isKilled) stage.start()
      return isLive
    })
  },
}

function answerOf(way: (typeof WAYS)[number], { settings }: Stage): Answer {
  const { timeout, latency: delay } = settings
  switch (way) {
    case 'answers late':
      return { status: 200, accepts: true, delay: timeout + 500, tooLate: true }
    case 'hangs':
      return { status: 200, accepts: false, delay: 10 * timeout, tooLate: true }
    case '503':
      return { status: 503, accepts: false, delay }
    case '503 after it accepted':
      return { status: 503, accepts: true, delay }
    default:
      return { status: 500, accepts: true, delay }
  }
}
