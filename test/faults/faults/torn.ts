import { closeSync, openSync, statSync, truncateSync, writeSync } from 'node:fs'
import path from 'node:path'
import type { Random } from '../../../examples/sample-data/src/random.ts'
import { type Fault, inParts } from '../fault.ts'
import { mustRefuse } from '../refusal.ts'
import type { Stage } from '../stage.ts'

const PAGE = 4096
/** Milliseconds in which a process says that its storage is damaged, on a busy machine. */
const OPENING = 15_000

export const torn: Fault = {
  name: 'torn',
  does: 'tears the file of the storage after a kill: cut off, zeros or noise in a page',
  sources: ['file'],
  play(stage) {
    stage.start()
    return inParts(stage, async () => {
      const isLive = await stage.untilLive()
      await stage.kill()
      stage.note(tear(path.join(stage.state, 'data.mdb'), stage.random))
      await startTorn(stage)
      return isLive
    })
  },
}

/**
 * What was torn may be a page that nobody needs: then it must go on as if nothing had been. Otherwise it must say so,
 * and begin anew only when told to.
 */
async function startTorn(stage: Stage): Promise<void> {
  const life = stage.start()
  const until = performance.now() + OPENING
  while (life.ended === undefined && !/following|storage is open/.test(life.stderr)) {
    if (performance.now() > until) break
    await life.gone(20)
  }
  if (!(await life.gone(100))) return stage.note('it went on with what was torn')
  await mustRefuse(life, /storage.*(damaged|corrupt|torn|truncated|cut|checksum)/is)
  stage.note('it refused what was torn')
  const next = stage.start({ args: ['--set', 'extensions.storage.on_corruption=set_aside'] })
  stage.forgotten.push(next.number)
}

/** Gives what was done. */
function tear(file: string, random: Random): string {
  const { size } = statSync(file)
  const pages = Math.max(1, Math.floor(size / PAGE))
  const page = random.below(pages)
  switch (random.below(5)) {
    case 0: {
      const cut = random.between(1, 3 * PAGE)
      truncateSync(file, Math.max(0, size - cut))
      return `cut ${cut} of ${size} bytes off`
    }
    case 1:
      truncateSync(file, page * PAGE + random.below(PAGE))
      return `cut off in page ${page} of ${pages}`
    case 2:
      write(file, page * PAGE, Buffer.alloc(PAGE))
      return `page ${page} of ${pages} is zeros`
    case 3: {
      const noise = Buffer.from(Array.from({ length: 64 }, () => random.below(256)))
      write(file, page * PAGE + random.below(PAGE - 64), noise)
      return `noise in page ${page} of ${pages}`
    }
    default:
      write(file, (pages - 1) * PAGE + PAGE / 2, Buffer.alloc(PAGE / 2))
      return `the last of ${pages} pages is half written`
  }
}

function write(file: string, at: number, bytes: Buffer): void {
  const handle = openSync(file, 'r+')
  writeSync(handle, bytes, 0, bytes.length, at)
  closeSync(handle)
}
