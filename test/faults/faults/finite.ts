import type { Fault } from '../fault.ts'
import { RunFailure, type Stage } from '../stage.ts'
import { tail } from '../verdict.ts'

const PATIENCE = 60_000

export const finite: Fault = {
  name: 'finite',
  does: 'kills a run that reads its files once, starts it again until it has come to the end, and once more',
  sources: ['file'],
  finite: true,
  async play(stage) {
    await stage.feed.advance(1)
    let met = 0
    stage.start()
    for (let n = 0; n < stage.strikes; n++) {
      if (!(await stage.untilLive())) break
      met++
      await stage.kill()
      stage.start()
    }
    await untilEnd(stage)
    const before = stage.sink.arrivals.length
    stage.start()
    await untilEnd(stage)
    const row = stage.life.ledger().find(({ kind }) => kind === 'receiver')
    if (row?.in !== 0 || stage.sink.arrivals.length !== before)
      throw new RunFailure(`a run after the last one read ${row?.in} lines that it had read`)
    return { met, missed: stage.strikes - met }
  },
}

async function untilEnd({ life }: Stage): Promise<void> {
  if ((await life.gone(PATIENCE)) && life.code === 0) return
  throw new RunFailure(
    `life ${life.number} should have come to its end, ${life.code ?? life.signal}: ${tail(life.stderr)}`,
  )
}
