import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Fault, inParts } from '../fault.ts'
import type { Stage } from '../stage.ts'

const PRELOAD = path.resolve(import.meta.dirname, '../shifted-clock.ts')
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** The input is older than all of these together: what is in the future of the wall clock is another matter. */
const JUMPS = [-3 * DAY, -HOUR, -3 * MINUTE, -1500, 1500, 3 * MINUTE, HOUR, 3 * DAY]

export const clock: Fault = {
  name: 'clock',
  does: 'has the wall clock jump forward and backward by seconds to days, also between a kill and the next start',
  sources: ['file', 'kafka', 'otlp'],
  play(stage) {
    const { random } = stage
    startShifted(stage)
    return inParts(stage, async () => {
      const isLive = await stage.untilLive()
      process.kill(stage.life.pid, 'SIGUSR2')
      stage.note('the clock jumps')
      await wait(random.below(1500))
      if (random.chance(0.5)) {
        await stage.kill()
        startShifted(stage)
      }
      return isLive
    })
  },
}

function startShifted(stage: Stage): void {
  const shifts = someShifts(stage)
  stage.note(`the clock is ahead by ${shifts.join(', then ')} ms`)
  stage.start({ preload: PRELOAD, env: { LACUNA_SHIFTS: JSON.stringify(shifts) } })
}

function someShifts(stage: Stage): number[] {
  const { random } = stage
  const shifts = [0]
  for (let n = 0; n < stage.strikes + 1; n++) shifts.push((shifts.at(-1) ?? 0) + random.pick(JUMPS))
  return random.chance(0.5) ? shifts : shifts.slice(1)
}
