import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Random } from '../../examples/sample-data/src/random.ts'
import type { Feed, Rotation } from './feed.ts'
import type { Input } from './input.ts'
import { createLanes } from './lanes.ts'

/** How the files are written. */
export interface FileFeedOptions {
  readonly directory: string
  readonly input: Input
  readonly random: Random
  /** Milliseconds that a part of the input takes. */
  readonly durations: readonly number[]
  readonly follow: boolean
  /** Whether `include` also matches what was rotated. */
  readonly includesRotated?: boolean
}

const NEWLINE = 10

/** Appends to files as a logger does that is cut off anywhere: also in the middle of a line or of a character. */
export function fileFeed(options: FileFeedOptions): Feed {
  const { directory, input, random, durations, follow, includesRotated } = options
  const logs = path.join(directory, 'logs')
  mkdirSync(logs, { recursive: true })
  const files = input.sources.map((lines, index) => {
    const name = path.join(logs, `app-${index}.ndjson`)
    const content = Buffer.from(`${lines.join('\n')}\n`)
    const file = {
      name,
      content,
      at: 0,
      length: content.length,
      handle: openSync(name, 'a'),
      write: (from: number, to: number) => void writeSync(file.handle, content, from, to - from),
    }
    return file
  })
  let rotations = 0
  let turning: Promise<void> | undefined

  function finishLine(file: (typeof files)[number]): void {
    if (file.at === 0 || file.content[file.at - 1] === NEWLINE) return
    const end = file.content.indexOf(NEWLINE, file.at) + 1
    writeSync(file.handle, file.content, file.at, end - file.at)
    file.at = end
  }

  return {
    receiver: 'file',
    receivers: `  file:
    include: [logs/*.ndjson${includesRotated === true ? '*' : ''}]
    start_at: beginning
    follow: ${follow}
    poll_interval: 20ms
`,
    units: input.sources.reduce((sum, lines) => sum + lines.length, 0),
    // Nobody writes while a log is being rotated: what came between the copy and the cut would be lost to all.
    advance: createLanes(files, { random, durations, gate: () => turning }),
    async rotate(how: Rotation, between) {
      const file = random.pick(files)
      let done = () => {}
      turning = new Promise((resolve) => {
        done = resolve
      })
      const serial = ++rotations
      try {
        if (how === 'copy_truncate') {
          // A line that is half in the copy is lost with any tool: its other half begins the file that was cut.
          finishLine(file)
          copyFileSync(file.name, `${file.name}.${serial}`)
          await between()
          ftruncateSync(file.handle, 0)
        } else {
          renameSync(file.name, `${file.name}.${serial}`)
          await between()
          // A logger has not noticed yet: what it was writing goes on in the file that has another name now.
          finishLine(file)
          closeSync(file.handle)
          file.handle = openSync(file.name, 'a')
          if (how === 'rename_gzip') {
            const compressed = gzipSync(readFileSync(`${file.name}.${serial}`))
            writeFileSync(`${file.name}.${serial}.gz`, compressed)
            rmSync(`${file.name}.${serial}`)
          }
        }
      } finally {
        turning = undefined
        done()
      }
    },
    afterKill: () => Promise.resolve(),
    async close() {
      for (const { handle } of files) closeSync(handle)
    },
  }
}
