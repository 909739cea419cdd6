import { type Fault, inParts } from '../fault.ts'

export const pause: Fault = {
  name: 'pause',
  does: 'stops the process with SIGSTOP for up to three seconds, longer than an answer may take',
  sources: ['file', 'kafka', 'otlp'],
  play(stage) {
    const { random } = stage
    stage.start()
    return inParts(stage, async () => {
      const isLive = await stage.untilLive()
      await stage.life.pause(random.between(100, 3000))
      return isLive
    })
  },
}
