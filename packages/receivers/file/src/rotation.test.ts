import {
  appendFileSync,
  copyFileSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { FROM_START, followed, reading, restarted } from './follow-kit.fixture.ts'
import { directory } from './test-kit.ts'
import { ROTATE_WAIT } from './visit.ts'

/** A beginning that files of one kind have in common, longer than what a file is known by. */
const BANNER = `${'# the same banner in every file '.repeat(40)}\n`

describe('a file that is renamed', () => {
  test('is read to its end before the new one, under the same source', async () => {
    const { run, path, one } = await reading('1\n')
    appendFileSync(path, '2\n')
    renameSync(path, one)
    writeFileSync(path, '4\n')
    appendFileSync(one, '3\n')
    await run.poll()
    expect(run.bySource()).toEqual({ 'a.log': ['1', '2', '3', '4'] })
  })

  test('is still read while its writer has not opened the new one', async () => {
    const { run, path, one } = await reading('1\n')
    renameSync(path, one)
    writeFileSync(path, '')
    await run.poll(100 * ROTATE_WAIT)
    appendFileSync(one, '2\n')
    await run.poll()
    appendFileSync(path, '3\n')
    await run.poll()
    appendFileSync(one, 'a straggler\n')
    await run.poll()
    expect(run.bodies()).toEqual(['1', '2', '3', 'a straggler'])
  })

  test('holds back the next one while its last line has no end, for five seconds', async () => {
    const { run, path, one } = await reading('1\nha')
    renameSync(path, one)
    writeFileSync(path, '2\n')
    await run.poll(1)
    await run.poll(ROTATE_WAIT - 1)
    expect(run.bodies()).toEqual(['1'])
    await run.poll(1)
    expect(run.bodies()).toEqual(['1', 'ha', '2'])
  })

  test('while Lacuna was down is found, whatever its new name', async () => {
    const { run, path, root, restart } = await reading('1\n')
    await run.receiver.stop()
    appendFileSync(path, '2\n')
    renameSync(path, join(root, 'kept-for-the-auditor'))
    writeFileSync(path, '3\n')
    const next = await restart()
    await next.poll()
    expect(next.bySource()).toEqual({ 'a.log': ['2', '3'] })
  })

  test('several times while Lacuna was down is read whole, oldest first', async () => {
    const { run, path, one, restart } = await reading('1\n')
    await run.receiver.stop()
    appendFileSync(path, '2\n')
    renameSync(path, `${path}.3`)
    writeFileSync(`${path}.2`, '3\n')
    writeFileSync(one, '4\n')
    writeFileSync(path, '5\n')
    for (const [file, minutes] of [
      [`${path}.2`, 1],
      [one, 2],
      [path, 3],
    ] as const) {
      const time = Date.now() / 1000 + minutes * 60
      utimesSync(file, time, time)
    }
    const next = await restart()
    await next.poll()
    expect(next.bodies()).toEqual(['2', '3', '4', '5'])
  })

  test('and back again goes on where it was', async () => {
    const { run, path, one } = await reading('1\n')
    renameSync(path, one)
    await run.poll()
    renameSync(one, path)
    appendFileSync(path, '2\n')
    await run.poll()
    expect(run.bodies()).toEqual(['1', '2'])
  })

  test('to a name that include matches, too, is not read again', async () => {
    const { run, path, one } = await reading('1\n', { include: '*' })
    for (let i = 2; i < 6; i++) {
      appendFileSync(path, `${i}\n`)
      for (let k = 3; k >= 1; k--) {
        try {
          renameSync(`${path}.${k}`, `${path}.${k + 1}`)
        } catch {
          // There are not as many yet.
        }
      }
      renameSync(path, one)
      writeFileSync(path, '')
      await run.poll()
      await run.poll()
    }
    expect(run.bySource()).toEqual({ 'a.log': ['1', '2', '3', '4', '5'] })
  })
})

describe('a file that is copied and truncated', () => {
  test('has its unread rest read from the copy', async () => {
    const { run, path, one } = await reading('1\n')
    appendFileSync(path, '2\n')
    copyFileSync(path, one)
    truncateSync(path)
    appendFileSync(path, '3\n')
    await run.poll()
    expect(run.bySource()).toEqual({ 'a.log': ['1', '2', '3'] })
  })

  test('the copy is not read again where include matches it, also while it is being made', async () => {
    const { run, path, one } = await reading('1\n2\n', { include: '*' })
    writeFileSync(one, '1\n')
    await run.poll()
    writeFileSync(one, '1\n2\n')
    await run.poll()
    truncateSync(path)
    appendFileSync(path, '3\n')
    await run.poll()
    await run.poll()
    expect(run.bySource()).toEqual({ 'a.log': ['1', '2', '3'] })
  })

  test('is known to be another one when it has grown beyond the old position before it was looked at', async () => {
    const { run, path } = await reading(`${BANNER}1\n`)
    writeFileSync(path, `${BANNER}2\n3\n4\n`)
    await run.poll()
    expect(run.bodies().slice(1)).toEqual(['1', BANNER.slice(0, -1), '2', '3', '4'])
  })

  test('while a batch waits to be taken goes on with what is there, not in the middle of a line', async () => {
    const root = directory({ a: '' })
    let full = true
    const path = join(root, 'a')
    const run = await followed(
      root,
      { include: 'a', ...FROM_START },
      {
        tuning: { chunkBytes: 100 },
        consume() {
          if (!full || run.bodies().length < 5) return
          full = false
          writeFileSync(path, Array.from({ length: 100 }, (_, i) => `after ${i}\n`).join(''))
        },
      },
    )
    writeFileSync(path, Array.from({ length: 50 }, (_, i) => `before ${i}\n`).join(''))
    await run.poll()
    await run.poll()
    const after = run.bodies().filter((line) => !line.startsWith('before '))
    expect(after).toEqual(Array.from({ length: 100 }, (_, i) => `after ${i}`))
  })

  test('before any of it was read, and after it was opened, is read from the copy', async () => {
    const { run, root, path, one } = await reading('1\n')
    await run.receiver.stop()
    const old = Array.from({ length: 200 }, (_, i) => `old ${i}`)
    appendFileSync(path, '2\n')
    renameSync(path, one)
    writeFileSync(path, `${old.join('\n')}\n`)
    let rotated = false
    const settings = { include: 'a.log', ...FROM_START }
    const next = await followed(root, settings, {
      positions: run.positions(),
      consume() {
        if (rotated) return
        rotated = true
        renameSync(one, `${path}.2`)
        copyFileSync(path, one)
        writeFileSync(path, 'new\n')
      },
    })
    // The predecessor is over at once, so that nothing is looked at before the next one is read.
    await next.poll(ROTATE_WAIT)
    await next.poll(ROTATE_WAIT)
    expect(next.bodies()).toEqual(['2', ...old, 'new'])
  })

  test('of the same size is noticed by its content', async () => {
    const { run, path } = await reading('one\n')
    writeFileSync(path, 'two\n')
    utimesSync(path, 1, 1)
    await run.poll()
    expect(run.bodies()).toEqual(['one', 'two'])
  })

  test('a touched file is not read again', async () => {
    const { run, path } = await reading('one\n')
    utimesSync(path, 1, 1)
    await run.poll()
    expect(run.bodies()).toEqual(['one'])
    expect(run.host.ledger.notes).toEqual({})
  })
})

describe('compressed predecessors', () => {
  test('of what was read are not read again', async () => {
    const { run, path, one } = await reading('1\n2\n', { include: '*' })
    renameSync(path, one)
    writeFileSync(path, '3\n')
    await run.poll(ROTATE_WAIT)
    await run.poll(ROTATE_WAIT)
    const compressed = gzipSync(readFileSync(one))
    writeFileSync(`${path}.2.gz`, compressed.subarray(0, 20))
    await run.poll()
    await run.poll()
    writeFileSync(`${path}.2.gz`, compressed)
    rmSync(one)
    await run.poll()
    await run.poll()
    expect(run.bySource()).toEqual({ 'a.log': ['1', '2', '3'] })
    expect(run.host.ledger.notes).toEqual({})
  })

  test('made while Lacuna was down have their unread rest read', async () => {
    const { run, path, restart } = await reading('1\n')
    await run.receiver.stop()
    appendFileSync(path, '2\n3\n')
    writeFileSync(`${path}.1.gz`, gzipSync(readFileSync(path)))
    rmSync(path)
    writeFileSync(path, '4\n')
    const next = await restart()
    await next.poll()
    expect(next.bySource()).toEqual({ 'a.log': ['2', '3', '4'] })
    const again = await restart(next)
    await again.poll()
    expect(again.bodies()).toEqual([])
  })

  test('that were there before are sources of their own, finite, and read once', async () => {
    const root = directory({ 'a.log': '2\n', 'a.log.1.gz': gzipSync('0\n1\n') })
    const settings = { include: '*', ...FROM_START }
    const run = await followed(root, settings)
    await run.poll()
    await run.poll()
    expect(run.bySource()).toEqual({ 'a.log': ['2'], 'a.log.1.gz': ['0', '1'] })
    expect(run.host.events.at(-1)).toBe(`closed file:${root}/a.log.1.gz ended`)
    const next = await restarted(run, root, settings)
    await next.poll()
    expect(next.bodies()).toEqual([])
    expect(next.host.events.at(-1)).toBe(`closed file:${root}/a.log.1.gz ended`)
  })

  test('that are damaged are told once', async () => {
    const root = directory({ 'a.gz': gzipSync('1\n2\n').subarray(0, 15) })
    const run = await followed(root, { include: '*', ...FROM_START })
    await run.poll()
    await run.poll()
    expect(run.host.ledger.notes).toEqual({ damaged_gzip: 1 })
  })
})
