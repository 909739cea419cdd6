import { launch } from '../command.ts'
import { type Fault, inParts } from '../fault.ts'
import { mustRefuse } from '../refusal.ts'

/** What a second one is called in the names of its files. */
const NUMBER = 1000

export const secondProcess: Fault = {
  name: 'second_process',
  does: 'starts a second process on the same storage, which must say no and leave the first alone',
  sources: ['file'],
  strikes: 2,
  play(stage) {
    stage.start()
    return inParts(stage, async () => {
      const isLive = await stage.untilLive()
      const second = launch(stage.directory, NUMBER)
      try {
        await mustRefuse(second, /storage.*(use|process|lock)/is)
      } finally {
        await second.end('SIGKILL')
      }
      return isLive
    })
  },
}
