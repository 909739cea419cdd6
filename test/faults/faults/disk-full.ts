import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Fault, inParts } from '../fault.ts'
import { mountSmall, remount, unmount, whyNoMounts } from '../mounts.ts'
import { mustRefuse } from '../refusal.ts'
import type { Stage } from '../stage.ts'

const MEBIBYTES = 24

export const diskFull: Fault = {
  name: 'disk_full',
  does: 'fills the file system of the storage for a while, also over a kill, and now and then makes it read-only',
  sources: ['file'],
  unavailable: whyNoMounts,
  play(stage) {
    const { random, state } = stage
    mountSmall(state, MEBIBYTES)
    stage.atEnd(() => unmount(state))
    stage.start()
    return inParts(stage, async () => {
      const isLive = await stage.untilLive()
      const from = performance.now()
      const free = fill(state)
      stage.note('the disk is full')
      await wait(random.between(100, 2500))
      const isKilled = random.chance(0.5)
      if (isKilled) {
        await stage.kill()
        await startOnFull(stage)
      }
      free()
      stage.outages.push([from, performance.now()])
      stage.note('there is room again')
      if (isKilled) {
        if (random.chance(0.5)) await refuseReadOnly(stage)
        stage.start()
      } else if (random.chance(0.5)) {
        await wait(random.between(500, 2500))
        await stage.kill()
        stage.start()
      }
      return isLive
    })
  },
}

/** It may say no, in words, or wait for room; it must not fall over. */
async function startOnFull(stage: Stage): Promise<void> {
  const life = stage.start()
  if (await life.gone(stage.random.between(1000, 4000))) await mustRefuse(life, /storage|state/)
  else await stage.kill()
}

async function refuseReadOnly(stage: Stage): Promise<void> {
  remount(stage.state, 'ro')
  await mustRefuse(stage.start(), /storage.*(read-only|EROFS)/s)
  remount(stage.state, 'rw')
}

/** Takes every byte there is; gives what gives them back. */
function fill(directory: string): () => void {
  const file = path.join(directory, 'filler')
  const handle = openSync(file, 'w')
  for (let size = 1 << 20; size > 0; size >>= 1) {
    const block = Buffer.alloc(size)
    try {
      for (;;) if (writeSync(handle, block) < size) break
    } catch {
      // Smaller blocks may still find a place.
    }
  }
  closeSync(handle)
  return () => rmSync(file)
}
