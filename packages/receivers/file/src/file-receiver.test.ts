import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import { RetryableError } from '@lacuna/sdk'
import { manualClock } from '@lacuna/sdk/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { directory, loggingHost, openBelow, readAll, receiver } from './test-kit.ts'

/** A consumer that holds each batch until it is let go. */
function gate() {
  const waiting: (() => void)[] = []
  let entered: (() => void) | undefined
  return {
    consume: () =>
      new Promise<void>((resolve) => {
        waiting.push(resolve)
        entered?.()
      }),
    waiting,
    /** Resolves once a batch is waiting. */
    async entry() {
      if (waiting.length > 0) return
      await new Promise<void>((resolve) => {
        entered = resolve
      })
    },
    open: () => waiting.shift()?.(),
  }
}

const makePipe = (path: string) => execFileSync('sh', ['-c', 'mkfifo "$0"', path])

const many = Array.from({ length: 3000 }, (_, index) => `line ${index}`).join('\n')

describe('back-pressure', () => {
  for (const ordered of [false, true])
    test(`never has two batches under way (${ordered ? 'merged' : 'one after the other'})`, async () => {
      let underWay = 0
      let most = 0
      const { bodies } = await readAll(
        directory({ a: many, b: many }),
        { include: '*' },
        {
          ...(ordered && { watermark: () => undefined }),
          async consume() {
            most = Math.max(most, ++underWay)
            await setImmediate()
            underWay--
          },
        },
      )
      expect(bodies).toHaveLength(6000)
      expect(most).toBe(1)
    })

  test('a batch that is refused for now is offered again, later each time, until it is taken', async () => {
    const clock = manualClock()
    const tries: number[] = []
    let refuse = 6
    const attempted = { wake: () => {} }
    const host = loggingHost({
      clock,
      consume(batch) {
        tries.push(clock.monotonic())
        expect(batch.records[0]?.body).toBe('a')
        attempted.wake()
        if (refuse-- > 0) throw new RetryableError('full')
      },
    })
    const component = receiver(directory({ a: 'a\n' }), { include: 'a' }, host)
    const next = () =>
      new Promise<void>((resolve) => {
        attempted.wake = resolve
      })
    const first = next()
    await component.start()
    await first
    for (let delay = 100; delay <= 3200; delay *= 2) {
      // Lets the rejection reach the receiver, which then asks the clock.
      await setImmediate()
      const again = next()
      clock.advance(delay - 1)
      clock.advance(1)
      await again
    }
    await component.done
    expect(tries).toEqual([0, 100, 300, 700, 1500, 3100, 6300])
    expect(host.records.map((record) => record.body)).toEqual(['a'])
    expect(host.log).toEqual(['the pipeline is busy; waiting to go on'])
  })

  test('a wait that the other side asks for is kept, up to ten seconds', async () => {
    const clock = manualClock()
    const delays: number[] = []
    const waits = [3000, 3_600_000]
    const after = (delay: number, callback: () => void) => {
      delays.push(delay)
      queueMicrotask(callback)
      return () => {}
    }
    const timed = { ...clock, after }
    await readAll(
      directory({ a: 'a' }),
      { include: 'a' },
      {
        clock: timed,
        consume() {
          const retryAfter = waits.shift()
          if (retryAfter !== undefined) throw new RetryableError('slow down', { retryAfter })
        },
      },
    )
    expect(delays).toEqual([3000, 10_000])
  })

  test('a consumer that fails for good ends the receiver with its error', async () => {
    const broken = new Error('broken')
    const { error, host } = await readAll(
      directory({ a: 'a', b: 'b' }),
      { include: '*' },
      {
        consume() {
          throw broken
        },
      },
    )
    expect(error).toBe(broken)
    expect(host.batches).toEqual([])
  })
})

describe('stop', () => {
  test('waits for the batch under way, reads no further, closes all and says of no source that it ended', async () => {
    const root = directory({ a: many, b: many })
    const { consume, entry, open } = gate()
    const host = loggingHost({ consume })
    const component = receiver(root, { include: '*' }, host)
    let done = false
    component.done?.then(() => {
      done = true
    })
    await component.start()
    await entry()
    expect(openBelow(root)).toBe(1)
    let stopped = false
    const stopping = Promise.resolve(component.stop()).then(() => {
      stopped = true
    })
    await setImmediate()
    expect(stopped).toBe(false)
    open()
    await stopping
    await setImmediate()
    expect(host.batches).toHaveLength(1)
    expect(host.events.filter((event) => event.startsWith('closed'))).toEqual([])
    expect(done).toBe(false)
    expect(openBelow(root)).toBe(0)
  })

  test('ends the wait between two tries', async () => {
    const tried = Promise.withResolvers<void>()
    const host = loggingHost({
      consume() {
        tried.resolve()
        throw new RetryableError('full')
      },
    })
    const component = receiver(directory({ a: 'a' }), { include: 'a' }, host)
    await component.start()
    await tried.promise
    await setImmediate()
    await component.stop()
    expect(host.batches).toEqual([])
  })

  test('closes every file of a merge', async () => {
    const root = directory({ a: many, b: many, c: many })
    let batches = 0
    const reached = Promise.withResolvers<void>()
    const host = loggingHost({
      watermark: (source) => [batches + source.id.length, 0],
      async consume() {
        if (++batches === 10) reached.resolve()
        await setImmediate()
      },
    })
    const component = receiver(root, { include: '*' }, host)
    await component.start()
    await reached.promise
    expect(openBelow(root)).toBe(3)
    await component.stop()
    expect(openBelow(root)).toBe(0)
  })

  test('may come twice, before the start, without one, and after the end', async () => {
    const root = directory({ a: 'a' })
    const never = receiver(root, { include: 'a' }, loggingHost())
    await never.stop()
    await never.stop()
    const host = loggingHost()
    const late = receiver(root, { include: 'a' }, host)
    await late.stop()
    await late.start()
    expect(host.events).toEqual([])
    const ended = receiver(root, { include: 'a' }, host)
    await ended.start()
    await ended.done
    await Promise.all([ended.stop(), ended.stop()])
    expect(openBelow(root)).toBe(0)
  })

  test('while the files are still being looked for, nothing is opened', async () => {
    const host = loggingHost()
    const component = receiver(directory({ a: 'a' }), { include: 'a' }, host)
    const starting = component.start()
    await component.stop()
    await starting
    expect(host.events).toEqual([])
  })
})

describe('files that fail while being read', () => {
  test('a file that is gone when its turn comes is told, and the ones after it are read', async () => {
    const root = directory({ a: 'a\n', b: 'b\n', c: 'c\n' })
    const { host, bodies, error } = await readAll(
      root,
      { include: '*' },
      {
        consume: () => rmSync(join(root, 'b'), { force: true }),
      },
    )
    expect(bodies).toEqual(['a', 'c'])
    expect(error).toMatchObject({
      code: 'unreadable_input',
      message: `file: cannot read ${root}/b: no such file`,
    })
    expect(host.ledger.notes).toEqual({ unreadable_file: 1 })
    expect(host.log).toEqual([`cannot read ${root}/b: no such file`])
    expect(host.events.map((event) => event.replace(root, '')).slice(3)).toEqual([
      'closed file:/a ended',
      'closed file:/b ended',
      'closed file:/c ended',
    ])
    expect(host.lastProgress).toEqual({ bytes: 6, total: 6 })
  })

  test('the same in a merge', async () => {
    const root = directory({ a: 'a\n', b: 'b\n', c: 'c\n' })
    const { bodies, error } = await readAll(
      root,
      { include: '*' },
      {
        watermark: () => [1, 0],
        consume: () => rmSync(join(root, 'b'), { force: true }),
      },
    )
    expect(bodies).toEqual(['a', 'c'])
    expect(error).toMatchObject({ code: 'unreadable_input' })
  })

  test('a file whose device fails says why', async () => {
    // Address zero of this process is mapped nowhere: opening works, reading does not.
    const { error, bodies } = await readAll(directory({ a: 'a' }), { include: ['a', '/proc/self/mem'] })
    expect(bodies).toEqual(['a'])
    expect(String(error)).toContain('cannot read /proc/self/mem: the device failed to read it')
  })

  test.skipIf(process.getuid?.() === 0)('a file without permission is told by its name', async () => {
    const root = directory({ a: 'a' })
    writeFileSync(join(root, 'secret'), 'x', { mode: 0o000 })
    const { error, bodies } = await readAll(root, { include: '*' })
    expect(bodies).toEqual(['a'])
    expect(String(error)).toContain(`cannot read ${root}/secret: permission denied`)
  })
})

describe('start_at: end', () => {
  test('reads nothing of a file that is not followed, and ends', async () => {
    const { host, error } = await readAll(directory({ a: 'a\n' }), { include: 'a', start_at: 'end' })
    expect(host.batches).toEqual([])
    expect(host.events).toHaveLength(2)
    expect(host.lastProgress).toEqual({ bytes: 2, total: 2 })
    expect(error).toBeUndefined()
  })
})

describe('progress', () => {
  test('adds up the bytes of all files against their sizes', async () => {
    const seen: unknown[] = []
    const root = directory({ a: 'a'.repeat(99), b: 'b'.repeat(50) })
    const host = loggingHost()
    host.progress = (progress) => void seen.push(progress)
    const component = receiver(root, { include: '*' }, host)
    await component.start()
    await component.done
    expect(seen).toEqual([
      { bytes: 99, total: 149 },
      { bytes: 149, total: 149 },
    ])
  })

  test('never has more bytes than its total, also when a file has grown', async () => {
    const root = directory({ a: 'a\n', b: 'b\n' })
    const { host } = await readAll(
      root,
      { include: '*' },
      {
        consume: (batch) => {
          if (batch.records[0]?.body === 'a') appendFileSync(join(root, 'b'), 'more\n')
        },
      },
    )
    expect(host.lastProgress).toEqual({ bytes: 9, total: 9 })
  })
})

describe('standard input and pipes', () => {
  test('standard input is a source of its own, without a total', async () => {
    const stdin = new PassThrough()
    stdin.write('a\nb')
    stdin.end('c\n')
    const { host, bodies } = await readAll('/', { include: '-' }, {}, { stdin: () => stdin })
    expect(bodies).toEqual(['a', 'bc'])
    expect(host.events).toEqual(['opened file:-', 'closed file:- ended'])
    expect(host.lastProgress).toEqual({ bytes: 5 })
    expect(host.records[0]?.resource.attributes).toEqual({})
  })

  test('stop ends a wait for standard input and leaves it open', async () => {
    const stdin = new PassThrough()
    const component = receiver('/', { include: '-' }, loggingHost(), { stdin: () => stdin })
    await component.start()
    await setImmediate()
    await component.stop()
    expect(stdin.destroyed).toBe(false)
    expect(stdin.listenerCount('readable')).toBe(0)
  })

  test('a process whose standard input stays open reads what comes, and can end after a stop', async () => {
    const program = `
      import { fileReceiver } from ${JSON.stringify(new URL('./file-receiver.ts', import.meta.url).href)}
      import { config } from ${JSON.stringify(new URL('./config.ts', import.meta.url).href)}
      import { testReceiverHost } from '@lacuna/sdk/testing'
      const host = testReceiverHost({ consume: batch => { process.stdout.write(batch.records[0].body) } })
      const receiver = fileReceiver(config.parse({ include: '-' }), host)
      await receiver.start()
      process.once('SIGTERM', () => receiver.stop())
    `
    const child = spawn(process.execPath, ['--conditions=source', '--input-type=module', '-e', program], {
      cwd: import.meta.dirname,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    onTestFinished(() => void child.kill('SIGKILL'))
    const exit = once(child, 'exit')
    child.stdin.write('first line\n')
    const [output] = await once(child.stdout, 'data')
    expect(String(output)).toBe('first line')
    child.kill('SIGTERM')
    // Its standard input is still open: only what the receiver holds could keep it alive.
    expect(await exit).toEqual([0, null])
  })

  test('standard input that fails is told like a file', async () => {
    const stdin = new PassThrough()
    stdin.write('line\n')
    const { error } = await readAll(
      '/',
      { include: '-' },
      { consume: () => void stdin.destroy(new Error('torn')) },
      { stdin: () => stdin },
    )
    expect(String(error)).toContain('cannot read standard input: torn')
  })

  test('a named pipe is read to the end of its writer', async () => {
    const root = directory()
    makePipe(join(root, 'p'))
    const host = loggingHost()
    const component = receiver(root, { include: '*' }, host)
    await component.start()
    execFileSync('sh', ['-c', 'printf "a\\nb\\n" > "$0"', join(root, 'p')], { timeout: 5000 })
    await component.done
    expect(host.records.map((record) => record.body)).toEqual(['a', 'b'])
  })

  test('stop ends the wait for a named pipe that nobody writes to', async () => {
    const root = directory()
    makePipe(join(root, 'p'))
    const component = receiver(root, { include: 'p' }, loggingHost())
    await component.start()
    await setImmediate()
    await component.stop()
    await setImmediate()
    expect(openBelow(root)).toBe(0)
  })

  test('/dev/null is an empty file', async () => {
    const { error, bodies } = await readAll('/', { include: '/dev/null' })
    expect(bodies).toEqual([])
    expect(error).toBeUndefined()
  })
})
