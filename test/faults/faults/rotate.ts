import { setTimeout as wait } from 'node:timers/promises'
import { type Fault, inParts, type Strikes } from '../fault.ts'
import type { Rotation } from '../feed.ts'
import type { Stage } from '../stage.ts'

/** A log is rotated in one way; whether what was renamed is compressed at once may change. */
const WAYS: readonly (readonly Rotation[])[] = [['rename', 'rename_gzip'], ['copy_truncate']]

export const rotate: Fault = {
  name: 'rotate',
  does: 'rotates the log (rename, rename and gzip, copy and truncate) while it is behind, with a kill in the middle of it',
  sources: ['file'],
  async play(stage) {
    stage.start()
    // What was never saved cannot be found again: the fault below begins before that.
    await stage.feed.advance(0.1)
    await wait(stage.settings.checkpoint + SAVED)
    return play(stage)
  },
}

export const rotateFirst: Fault = {
  name: 'rotate_first',
  does: 'as rotate, also before anything has been saved for the first time',
  sources: ['file'],
  play(stage) {
    stage.start()
    return play(stage)
  },
}

function play(stage: Stage): Promise<Strikes> {
  const { random, feed } = stage
  if (feed.rotate === undefined) throw new Error('only files are rotated')
  const turn = feed.rotate
  const ways = random.pick(WAYS)
  return inParts(stage, async () => {
    const isLive = await stage.untilLive()
    const way = random.pick(ways)
    const moment = random.pick(['never', 'before', 'between', 'after'] as const)
    stage.note(`${way}, with a kill ${moment} it`)
    if (moment === 'before') await stage.kill()
    await turn(way, async () => {
      if (moment === 'between') await halfWay(stage)
      else await wait(random.below(300))
    })
    if (moment === 'after') {
      await wait(random.below(100))
      await stage.kill()
    }
    if (stage.life.ended !== undefined) stage.start()
    return isLive
  })
}

/** Milliseconds, beside its interval, in which a first checkpoint must be there: a process takes a second to start. */
const SAVED = 2500

/** Killed when the log has left its place, or has been copied and not yet cut; now and then started there, too. */
async function halfWay(stage: Stage): Promise<void> {
  const { random } = stage
  await stage.kill()
  if (random.chance(0.5)) return
  stage.start()
  await wait(random.below(2500))
}
