import {
  appendFileSync,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** Generations that a rotation keeps. */
const KEPT = 6

/** A log that an application writes and that is rotated, and the lines that must come of it, in their order. */
export function rotatedLog(root: string, name = 'a.log') {
  const path = join(root, name)
  /** What each file in turn was given. */
  const generations: string[] = ['']
  let lines = 0
  let time = Date.UTC(2026, 0, 1) / 1000
  /** Whether the plain file at `.1` was renamed to there and may still have its writer. */
  let renamed = false

  const at = (place: number) => `${path}.${place}`
  const place = (k: number) => [at(k), `${at(k)}.gz`].find((each) => existsSync(each))

  function touch(file: string): void {
    time += 1
    utimesSync(file, time, time)
  }

  function write(file: string, text: string, generation: number): void {
    appendFileSync(file, text)
    touch(file)
    generations[generation] += text
  }

  function shift(): void {
    for (let k = KEPT; k >= 1; k--) {
      const from = place(k)
      if (from === undefined) continue
      if (k === KEPT) rmSync(from)
      else renameSync(from, from.replace(at(k), at(k + 1)))
    }
    generations.push('')
  }

  writeFileSync(path, '')
  touch(path)

  return {
    path,
    /** Whether the next rotation deletes a file. */
    get full() {
      return place(KEPT) !== undefined
    },
    append(count: number, torn: boolean) {
      let text = ''
      for (let i = 0; i < count; i++) text += `line ${lines++} ${'x'.repeat(lines % 90)}\n`
      if (torn) text += `torn ${lines++} `
      write(path, text, generations.length - 1)
    },
    /** What the application writes before it opens the new file. */
    appendLate() {
      if (!renamed || generations.at(-1) !== '' || !existsSync(at(1))) return
      write(at(1), `late ${lines++}\n`, generations.length - 2)
    },
    rename(create: boolean) {
      if (!existsSync(path)) return
      shift()
      renameSync(path, at(1))
      renamed = true
      if (create) {
        writeFileSync(path, '')
        touch(path)
      }
    },
    copyTruncate() {
      if (!existsSync(path)) return
      shift()
      copyFileSync(path, at(1))
      touch(at(1))
      truncateSync(path)
      touch(path)
      renamed = false
    },
    compress(k: number) {
      const file = at(k)
      if (!existsSync(file)) return
      if (k === 1) renamed = false
      const { mtimeMs } = statSync(file)
      writeFileSync(`${file}.gz`, gzipSync(readFileSync(file)))
      // As gzip and logrotate do.
      utimesSync(`${file}.gz`, mtimeMs / 1000, mtimeMs / 1000)
      rmSync(file)
    },
    remove() {
      rmSync(path, { force: true })
      renamed = false
      generations.push('')
    },
    /** Ends the line that the application is in the middle of. */
    finish() {
      write(path, 'end\n', generations.length - 1)
    },
    expected: () => generations.flatMap((text) => text.split('\n').filter((line) => line.trim() !== '')),
  }
}
