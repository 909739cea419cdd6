import {
  appendFileSync,
  linkSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { FROM_START, followed, reading, restarted } from './follow-kit.fixture.ts'
import { directory, openBelow } from './test-kit.ts'
import { ROTATE_WAIT } from './visit.ts'

describe('where it begins', () => {
  test('at the end of what is there, which it says in one line', async () => {
    const root = directory({ a: 'old\n', b: 'old\n', c: '' })
    const run = await followed(root, { include: '*' })
    await run.poll()
    expect(run.bodies()).toEqual([])
    expect(run.host.log).toEqual([
      'following 3 files from their end; `start_at: beginning` reads what is there',
    ])
    appendFileSync(join(root, 'b'), 'new\n')
    await run.poll()
    expect(run.bySource()).toEqual({ b: ['new'] })
  })

  test('at the beginning of a last line that has no end yet', async () => {
    const root = directory({ a: 'old\nhal' })
    const run = await followed(root, { include: 'a' })
    appendFileSync(join(root, 'a'), 'f\n')
    await run.poll()
    expect(run.bodies()).toEqual(['half'])
  })

  test('announces all sources that are there before the first batch, none of them finite', async () => {
    const root = directory({ a: '1\n', b: '2\n' })
    const run = await followed(root, { include: '*', ...FROM_START })
    expect(run.host.events).toEqual([`opened file:${root}/a`, `opened file:${root}/b`])
    await run.poll()
    expect(run.host.batches.map(({ source }) => source.finite)).toEqual([false, false])
  })

  test('a file that appears later is read from its beginning', async () => {
    const root = directory()
    const run = await followed(root, { include: '*.log' })
    expect(run.host.log).toEqual(['no file matches yet; waiting for one'])
    writeFileSync(join(root, 'late.log'), 'one\n')
    await run.poll()
    expect(run.bodies()).toEqual(['one'])
  })

  test('where the last run ended, also if it has read no line: what came since is not passed over', async () => {
    const root = directory({ 'a.log': 'old\n' })
    const run = await followed(root, { include: '*' })
    await run.poll()
    await run.receiver.stop()
    appendFileSync(join(root, 'a.log'), 'while it was down\n')
    writeFileSync(join(root, 'b.log'), 'new while it was down\n')
    const next = await restarted(run, root, { include: '*' })
    await next.poll()
    expect(next.bySource()).toEqual({ 'a.log': ['while it was down'], 'b.log': ['new while it was down'] })
    expect(next.host.log).toEqual(['following 2 files, 1 of them from where the last run ended'])
  })

  test('a position that is none is told, and the file read from its beginning', async () => {
    const root = directory({ a: 'one\n' })
    const positions = new Map([
      [`file:${root}/a`, '4711'],
      [`file:${root}/gone`, 'file1:'],
    ])
    const run = await followed(root, { include: 'a' }, { positions })
    await run.poll()
    expect(run.bodies()).toEqual(['one'])
    expect(run.host.log[0]).toContain(`the saved position of ${root}/a is not one of this version`)
  })

  test('a position past the end means that the file was truncated: it is read from its beginning', async () => {
    const { run, path, restart } = await reading('a line\nanother line\n')
    await run.receiver.stop()
    writeFileSync(path, 'x\n')
    const next = await restart()
    await next.poll()
    expect(next.bodies()).toEqual(['x'])
    expect(next.host.ledger.notes).toMatchObject({ file_truncated: 1, file_lost: 1 })
  })
})

describe('lines', () => {
  test('half a line waits for its other half, however long', async () => {
    const { run, path } = await reading('one\ntw')
    await run.poll(10 * ROTATE_WAIT)
    expect(run.bodies()).toEqual(['one'])
    appendFileSync(path, 'o\nthree\n')
    await run.poll()
    expect(run.bodies()).toEqual(['one', 'two', 'three'])
  })

  test('half a line is not told at a stop, but whole by the next run', async () => {
    const { run, path, restart } = await reading('one\ntw')
    await run.receiver.stop()
    appendFileSync(path, 'o\n')
    const next = await restart()
    await next.poll()
    expect([...run.bodies(), ...next.bodies()]).toEqual(['one', 'two'])
  })

  test('a line longer than max_line_bytes is cut once its end is there, in whatever pieces it came', async () => {
    const root = directory({ a: '' })
    const settings = { include: 'a', max_line_bytes: 16, ...FROM_START }
    const run = await followed(root, settings, { tuning: { chunkBytes: 80 } })
    for (let i = 0; i < 10; i++) {
      appendFileSync(join(root, 'a'), 'x'.repeat(100))
      await run.poll()
    }
    expect(run.bodies()).toEqual([])
    appendFileSync(join(root, 'a'), 'x\nnext\n')
    await run.poll()
    expect(run.bodies()).toEqual(['x'.repeat(16), 'next'])
    expect(run.host.ledger.notes).toEqual({ line_truncated: 1 })
    const next = await restarted(run, root, settings)
    await next.poll()
    expect(next.bodies()).toEqual([])
  })

  test('a byte order mark and blank lines are no text, whenever they come', async () => {
    const { run, path, restart } = await reading('\ufeff')
    appendFileSync(path, 'a\n\n\n')
    await run.poll()
    appendFileSync(path, '\n \n')
    await run.poll()
    const next = await restart()
    appendFileSync(path, 'b\n')
    await next.poll()
    expect([...run.bodies(), ...next.bodies()]).toEqual(['a', 'b'])
    expect(next.host.ledger.notes).toEqual({})
  })
})

describe('files that go and come', () => {
  test('a deleted file is read to its end, with its last half line after a while, and closed', async () => {
    const { run, path, root } = await reading('1\n')
    appendFileSync(path, '2\nha')
    unlinkSync(path)
    await run.poll(1)
    expect(run.bodies()).toEqual(['1', '2'])
    await run.poll(ROTATE_WAIT)
    await run.poll(ROTATE_WAIT)
    expect(run.bodies()).toEqual(['1', '2', 'ha'])
    writeFileSync(path, '3\n')
    await run.poll()
    expect(run.bodies()).toEqual(['1', '2', 'ha', '3'])
    await run.receiver.stop()
    expect(openBelow(root)).toBe(0)
  })

  test('a file replaced by another of the same size is read', async () => {
    const { run, path, root } = await reading('one\n')
    writeFileSync(join(root, 'other'), 'two\n')
    renameSync(join(root, 'other'), path)
    await run.poll()
    expect(run.bodies()).toEqual(['one', 'two'])
  })

  test('a new file with the inode of an old one is not taken for it', async () => {
    // Closed at once, so that the inode is free; whether it is used again is the file system's choice.
    const root = directory({ 'a.log': 'first\n' })
    const settings = { include: 'a.log', ...FROM_START }
    const path = join(root, 'a.log')
    let run = await followed(root, settings)
    const told: string[] = []
    for (let i = 0; i < 20; i++) {
      await run.poll()
      await run.receiver.stop()
      told.push(...run.bodies())
      rmSync(path)
      writeFileSync(path, `another ${i}\n`)
      run = await restarted(run, root, settings)
    }
    expect(told).toEqual(['first', ...Array.from({ length: 19 }, (_, i) => `another ${i}`)])
  })

  test('a symbolic link that moves is read at its old target and then at its new one', async () => {
    const root = directory({ 'app-1': '1\n', 'app-2': '3\n' })
    const link = join(root, 'current')
    symlinkSync('app-1', link)
    const run = await followed(root, { include: 'current', ...FROM_START })
    await run.poll()
    appendFileSync(join(root, 'app-1'), '2\n')
    unlinkSync(link)
    symlinkSync('app-2', link)
    await run.poll()
    expect(run.bySource()).toEqual({ current: ['1', '2', '3'] })
  })

  test('a symbolic link that moved while Lacuna was down has the rest of its old target read', async () => {
    const root = directory({ 'd/app-1': '1\n', 'd/app-2': '3\n' })
    const link = join(root, 'current')
    const settings = { include: 'current', ...FROM_START }
    symlinkSync('d/app-1', link)
    const run = await followed(root, settings)
    await run.poll()
    await run.receiver.stop()
    appendFileSync(join(root, 'd/app-1'), '2\n')
    unlinkSync(link)
    symlinkSync('d/app-2', link)
    const next = await restarted(run, root, settings)
    await next.poll()
    expect(next.bodies()).toEqual(['2', '3'])
  })

  test('a file that several names lead to is read once', async () => {
    const root = directory({ a: '1\n' })
    linkSync(join(root, 'a'), join(root, 'b'))
    symlinkSync('a', join(root, 'c'))
    const run = await followed(root, { include: '*', ...FROM_START })
    await run.poll()
    appendFileSync(join(root, 'c'), '2\n')
    await run.poll()
    expect(run.bySource()).toEqual({ a: ['1', '2'] })
  })

  test('a directory that goes and comes back is followed again, its files not read twice', async () => {
    const root = directory({ 'd/a.log': '1\n' })
    const run = await followed(root, { include: 'd/*.log', ...FROM_START })
    await run.poll()
    renameSync(join(root, 'd'), join(root, 'away'))
    await run.poll()
    await run.poll()
    renameSync(join(root, 'away'), join(root, 'd'))
    appendFileSync(join(root, 'd/a.log'), '2\n')
    await run.poll()
    rmSync(join(root, 'd'), { recursive: true })
    await run.poll()
    mkdirSync(join(root, 'd'))
    writeFileSync(join(root, 'd/a.log'), '3\n')
    await run.poll()
    expect(run.bySource()).toEqual({ 'd/a.log': ['1', '2', '3'] })
  })

  test('a path that has been empty for an hour is forgotten and its source closed', async () => {
    const { run, path, root } = await reading('1\n')
    unlinkSync(path)
    await run.poll(ROTATE_WAIT)
    await run.poll(ROTATE_WAIT)
    await run.poll(3_600_001)
    expect(run.host.events.at(-1)).toBe(`closed file:${root}/a.log ended`)
    writeFileSync(path, '2\n')
    await run.poll()
    expect(run.bodies()).toEqual(['1', '2'])
  })
})

describe('bounds', () => {
  test('more files than may be open are all followed, also when they are rotated while closed', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `f${i}.log`)
    const root = directory(Object.fromEntries(names.map((name) => [name, `${name} 1\n`])))
    const run = await followed(root, { include: '*.log', ...FROM_START }, { tuning: { maxOpen: 4 } })
    await run.poll()
    expect(openBelow(root)).toBeLessThanOrEqual(4)
    for (const name of names) {
      appendFileSync(join(root, name), `${name} 2\n`)
      renameSync(join(root, name), join(root, `${name}.1`))
      writeFileSync(join(root, name), `${name} 3\n`)
    }
    await run.poll()
    await run.poll()
    for (const name of names) expect(run.bySource()[name]).toEqual([1, 2, 3].map((i) => `${name} ${i}`))
  })

  test('nothing is read while a batch is not taken, and a file deleted meanwhile is not lost', async () => {
    const root = directory({ a: '' })
    const taken = Promise.withResolvers<void>()
    let held = false
    const run = await followed(
      root,
      { include: 'a' },
      {
        tuning: { maxBatch: 1 },
        async consume() {
          if (!held) return
          await taken.promise
        },
      },
    )
    await run.poll()
    appendFileSync(join(root, 'a'), '1\n2\n3\n')
    held = true
    const polling = run.poll()
    await new Promise(setImmediate)
    unlinkSync(join(root, 'a'))
    expect(run.bodies()).toEqual([])
    taken.resolve()
    await polling
    expect(run.bodies()).toEqual(['1', '2', '3'])
  })

  test('files with more than a turn take turns, and are read whole without having to change', async () => {
    const lines = (name: string) => Array.from({ length: 200 }, (_, i) => `${name} ${i}`)
    const root = directory({ a: `${lines('a').join('\n')}\n`, b: `${lines('b').join('\n')}\n` })
    const tuning = { turn: 300, chunkBytes: 200 }
    const run = await followed(root, { include: '*', ...FROM_START }, { tuning })
    await run.poll()
    expect(run.bySource()).toEqual({ a: lines('a'), b: lines('b') })
    expect(run.bodies().indexOf('b 0')).toBeLessThan(100)
  })

  test('what the pipelines reject for good ends the receiver', async () => {
    const root = directory({ a: '1\n' })
    const broken = Object.assign(new Error('broken'), { code: 'broken' })
    const run = await followed(
      root,
      { include: 'a', ...FROM_START },
      { consume: () => Promise.reject(broken) },
    )
    await expect(run.poll()).rejects.toBe(broken)
  })
})
