import { setTimeout as wait } from 'node:timers/promises'
import { type Fault, inParts } from '../fault.ts'
import { limitFileSize, whyNoLimits } from '../mounts.ts'

/** No page of the storage but its first can be written. */
const LIMIT = 4096

export const unwritable: Fault = {
  name: 'unwritable',
  does: 'makes every write to the storage fail for a while (EFBIG, by the limit of the process), also up to a kill',
  sources: ['file', 'kafka', 'otlp'],
  unavailable: whyNoLimits,
  play(stage) {
    const { random } = stage
    stage.start()
    return inParts(stage, async () => {
      const isLive = await stage.untilLive()
      const from = performance.now()
      limitFileSize(stage.life.pid, LIMIT)
      stage.note('nothing can be written')
      await wait(random.between(100, 2500))
      stage.mustRun()
      const isKilled = random.chance(0.4)
      if (isKilled) await stage.kill()
      else limitFileSize(stage.life.pid, 'unlimited')
      stage.outages.push([from, performance.now()])
      if (!isKilled && random.chance(0.5)) {
        await wait(random.between(500, 2500))
        await stage.kill()
      }
      if (stage.life.ended !== undefined) stage.start()
      return isLive
    })
  },
}
