import { type Fault, inParts } from '../fault.ts'

export const term: Fault = {
  name: 'term',
  does: 'stops the process with SIGTERM in the middle of its work and starts it again',
  sources: ['file', 'kafka', 'otlp'],
  adds: true,
  play(stage) {
    stage.start()
    return inParts(stage, async () => {
      const isLive = await stage.untilLive()
      await stage.term()
      stage.start()
      return isLive
    })
  },
}
