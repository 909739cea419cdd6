import { setTimeout as wait } from 'node:timers/promises'
import { type Fault, inParts } from '../fault.ts'

/** Milliseconds within which a process is killed that has only just begun. */
const BEGINNING = 1200

export const kill: Fault = {
  name: 'kill',
  does: 'ends the process with kill -9 in the middle of its work, and now and then the next one while it starts',
  sources: ['file', 'kafka', 'otlp'],
  play(stage) {
    const { random } = stage
    stage.start()
    return inParts(stage, async () => {
      const isLive = await stage.untilLive()
      await stage.kill()
      if (random.chance(0.25)) {
        stage.start()
        await wait(random.below(BEGINNING))
        await stage.kill()
      }
      stage.start()
      return isLive
    })
  },
}
