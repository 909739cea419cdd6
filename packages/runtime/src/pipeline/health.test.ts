import { PartialError, PermanentError, RetryableError } from '@lacuna/sdk'
import { describe, expect, it } from 'vitest'
import { type FakeReceiver, fakeExporter, fakeReceiver, run, sending, settle } from './fakes.fixture.ts'
import { states, watchedParts, watcher } from './status.fixture.ts'

describe('the status of a receiver', () => {
  it('is what it says itself, since when that began, with the last reason', async () => {
    const receiver = fakeReceiver()
    const watch = watcher()
    const { clock } = await run(watchedParts(receiver, fakeExporter(), watch))
    clock.advance(1000)
    const began = clock.now()
    receiver.host.health('trouble', 'the broker is away')
    clock.advance(1000)
    receiver.host.health('trouble', 'the broker is\n\u001b[31mstill away')
    expect(watch.receiver).toEqual({
      id: 'in',
      state: 'trouble',
      since: began,
      reason: 'the broker is\\u000a\\u001b[31mstill away',
      cameUp: true,
    })
    clock.advance(1000)
    receiver.host.health('ok')
    expect(watch.receiver).toMatchObject({ state: 'ok', since: clock.now(), reason: undefined })
  })

  it('has never come up when its start resolves with it in trouble', async () => {
    const receiver: FakeReceiver = fakeReceiver({
      start: () => receiver.host.health('trouble', 'the broker is away'),
    })
    const watch = watcher()
    await run(watchedParts(receiver, fakeExporter(), watch))
    expect(watch.now.phase).toBe('running')
    expect(watch.receiver).toMatchObject({ state: 'trouble', cameUp: false })
    receiver.host.health('ok')
    expect(watch.receiver).toMatchObject({ state: 'ok', cameUp: true })
  })

  it('has ended when its input has, and stays so whatever it says', async () => {
    const [a, b] = [fakeReceiver(), fakeReceiver()]
    const watch = watcher()
    await run(
      watchedParts(a, fakeExporter(), watch, {
        receivers: { a: a.make, b: b.make },
        pipelines: { logs: { receivers: ['a', 'b'], exporters: ['out'] } },
      }),
    )
    a.end()
    await settle()
    a.host.health('trouble', 'too late')
    expect(states(watch.now)).toEqual(['ended', 'ok', 'ok', 'ok'])
  })

  it('takes whatever a plugin gives for a reason', async () => {
    const receiver = fakeReceiver()
    const watch = watcher()
    await run(watchedParts(receiver, fakeExporter(), watch))
    receiver.host.health('trouble', { toString: () => 'no text' } as never)
    expect(watch.receiver).toMatchObject({ state: 'trouble', reason: undefined })
    receiver.host.health('trouble', 'x'.repeat(10_000))
    expect(watch.receiver?.reason?.length).toBeLessThan(400)
  })
})

describe('the status of an exporter', () => {
  it('is failing from a try that failed to one that did not', async () => {
    const receiver = fakeReceiver()
    const exporter = fakeExporter()
    const watch = watcher()
    const { clock } = await run(watchedParts(receiver, exporter, watch), { random: () => 0.5 })
    clock.advance(1000)
    const began = clock.now()
    exporter.errors.push(new RetryableError('backend:4318 answered 503'), new RetryableError('no answer'))
    await receiver.send([1])
    await settle()
    expect(watch.exporter).toMatchObject({
      state: 'failing',
      since: began,
      reason: 'backend:4318 answered 503',
    })
    expect(states(watch.now)).toEqual(['ok', 'failing', 'trouble'])
    clock.advance(500)
    await settle()
    expect(watch.exporter).toMatchObject({ state: 'failing', since: began, reason: 'no answer' })
    clock.advance(5000)
    await settle()
    expect(watch.exporter).toMatchObject({ state: 'ok', reason: undefined })
    expect(states(watch.now)).toEqual(['ok', 'ok', 'ok'])
    expect(exporter.bodies).toEqual([1])
  })

  it.each([
    ['everything was refused for good', new PermanentError('401: check the token'), 'failing'],
    ['all of a batch was refused', new PartialError('refused', [0, 1]), 'failing'],
    ['some of a batch was refused', new PartialError('refused', [1]), 'ok'],
  ])('when %s', async (_, error, state) => {
    const receiver = fakeReceiver()
    const exporter = fakeExporter()
    const watch = watcher()
    await run(watchedParts(receiver, exporter, watch))
    exporter.errors.push(error)
    await receiver.send([1, 2])
    await settle()
    expect(watch.exporter?.state).toBe(state)
  })

  it('keeps what was not written for people to itself', async () => {
    const receiver = fakeReceiver()
    const exporter = fakeExporter()
    const watch = watcher()
    await run(watchedParts(receiver, exporter, watch))
    exporter.errors.push(
      Object.assign(new Error('https://hooks.example/SECRET is not a URL'), { code: 'ERR_INVALID_URL' }),
    )
    await receiver.send([1])
    await settle()
    expect(watch.exporter).toMatchObject({
      state: 'failing',
      reason: 'an unexpected error, which the log has',
    })
  })

  it('shows how full its queue is, and whether a pipeline waits for it', async () => {
    const receiver = fakeReceiver()
    const exporter = fakeExporter()
    exporter.hold()
    const watch = watcher()
    const limits = { max_records: 3, max_bytes: '1MiB' }
    await run(
      watchedParts(receiver, exporter, watch, { sending: { out: sending({ sending_queue: limits }) } }),
    )
    const queue = { records: 0, maxRecords: 3, bytes: 0, maxBytes: 2 ** 20, blocking: false }
    expect(watch.exporter?.queue).toEqual(queue)
    await receiver.send([0])
    await receiver.send([1, 2, 3])
    expect(watch.exporter?.queue).toMatchObject({ records: 3, blocking: false })
    expect(watch.exporter?.queue.bytes).toBeGreaterThan(0)
    const waiting = receiver.send([4])
    expect(watch.exporter?.queue).toMatchObject({ records: 3, blocking: true })
    exporter.release()
    await waiting
    await settle()
    expect(watch.exporter?.queue).toEqual(queue)
  })

  it('has ended when it can deliver no more', async () => {
    const [one, two] = [fakeExporter(), fakeExporter()]
    const watch = watcher()
    await run(
      watchedParts(fakeReceiver(), one, watch, {
        exporters: { one: one.make, two: two.make },
        pipelines: { logs: { receivers: ['in'], exporters: ['one', 'two'] } },
      }),
    )
    one.close()
    await settle()
    expect(states(watch.now)).toEqual(['ok', 'ended', 'ok', 'ok'])
  })
})
