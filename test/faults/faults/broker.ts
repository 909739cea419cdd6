import { setTimeout as wait } from 'node:timers/promises'
import { type Fault, inParts } from '../fault.ts'

export const broker: Fault = {
  name: 'broker',
  does: 'kills the Kafka broker with -9 and starts it again, or has it answer nothing for a while',
  sources: ['kafka'],
  // A broker takes seconds to come back.
  strikes: 2,
  play(stage) {
    const { random, broker: kafka } = stage
    if (kafka === undefined) throw new Error('there is no broker')
    stage.start()
    return inParts(stage, async () => {
      const isLive = await stage.untilLive()
      if (random.chance(0.6)) {
        await kafka.kill()
        stage.note('the broker is killed')
        await wait(random.between(0, 3000))
        await kafka.restart()
      } else {
        kafka.freeze()
        stage.note('the broker answers nothing')
        await wait(random.between(500, 6000))
        kafka.thaw()
      }
      stage.note('the broker is back')
      if (random.chance(0.3)) {
        await stage.kill()
        stage.start()
      }
      return isLive
    })
  },
}
