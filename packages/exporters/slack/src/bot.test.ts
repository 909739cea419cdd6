import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { episode } from './alert.fixture.ts'
import { countingClock } from './clock.fixture.ts'
import { render } from './render.fixture.ts'
import { answers, type SlackServer, slackServer } from './slack-server.fixture.ts'
import { bot } from './test-kit.fixture.ts'

let server: SlackServer
beforeEach(async () => {
  server = await slackServer()
})
afterEach(() => server.close())

/** What is in the channel now: the first line of each message, those in a thread set in. */
const channel = () =>
  [...server.messages.values()].map(
    (message) => (message.thread_ts === undefined ? '' : '  ') + render(message).split('\n')[0],
  )
const methods = () => server.calls.map((call) => call.method.replace('chat.', ''))

const OPEN = '# 🔵 LOW · Azure OpenAI Insecure Output Handling'
const STILL = '# 🔵 LOW · still going on · Azure OpenAI Insecure Output Handling'
const OVER = '# ✅ RESOLVED · was LOW · Azure OpenAI Insecure Output Handling'
const REPLY = '  ✅ *Resolved* `resource-a` at 2026-09-14 09:21:10 UTC'

describe('the slack exporter with a bot token', () => {
  it('updates the message of an episode in place and answers its end in the thread', async () => {
    const { send } = bot(server)
    await send([episode('a')])
    expect(channel()).toEqual([OPEN])
    await send([episode('a', 'update', { 'lacuna.alert.count': 17 })])
    expect(channel()).toEqual([STILL])
    await send([episode('a', 'resolved')])
    expect(channel()).toEqual([OVER, REPLY])
    expect(methods()).toEqual(['postMessage', 'update', 'update', 'postMessage'])
    expect(server.calls[0]?.channel).toBe('#alerts')
    expect(server.calls[1]?.channel, 'only the id of a channel can be updated').toBe('C012AB3CD')
  })

  it('changes nothing twice for an alert that comes again', async () => {
    const { send } = bot(server)
    await send([episode('a')])
    await send([episode('a')])
    expect(channel()).toEqual([OPEN])
  })

  it('posts anew what it does not know, after a restart say', async () => {
    await bot(server).send([episode('a')])
    await bot(server).send([episode('a', 'update')])
    await bot(server).send([episode('a', 'resolved')])
    expect(channel()).toEqual([OPEN, STILL, OVER])
  })

  it('posts anew when its message was deleted', async () => {
    const { send } = bot(server)
    await send([episode('a')])
    server.messages.clear()
    await send([episode('a', 'update')])
    expect(channel()).toEqual([STILL])
    await send([episode('a', 'resolved')])
    expect(channel()).toEqual([OVER, REPLY])
  })

  it('follows each episode of a storm in the thread of the message that told it', async () => {
    const { send } = bot(server)
    await send(['a', 'b', 'c', 'd'].map((id) => episode(id)))
    await send([episode('a', 'update')])
    await send([episode('a', 'update')])
    await send([episode('a', 'resolved')])
    await send([episode('b', 'resolved')])
    expect(channel()).toEqual([
      '# 🔵 LOW · 4 alerts at once',
      `  ${OVER}`,
      REPLY,
      REPLY.replace('resource-a', 'resource-b'),
    ])
  })

  it('tells the end of many episodes at once, and marks their messages when there is time', async () => {
    const { send, exporter } = bot(server, { group_above: 50 })
    const ids = Array.from({ length: 11 }, (_, place) => `e${place}`)
    await send(ids.map((id) => episode(id)))
    expect(channel()).toHaveLength(11)
    await send(ids.map((id) => episode(id, 'resolved')))
    expect(channel()[11]).toBe('# ✅ RESOLVED · 11 alerts at once')
    await expect.poll(() => channel().slice(0, 11)).toEqual(Array(11).fill(OVER))
    expect(exporter.gauges?.()).toEqual({ waiting: 0, open_messages: 0 })
  })

  it('sends a new alert before it changes what is there', async () => {
    const { send } = bot(server)
    await send([episode('a'), episode('b')])
    await send([episode('a', 'update'), episode('b', 'update'), episode('new')])
    expect(methods()).toEqual(['postMessage', 'postMessage', 'postMessage', 'update', 'update'])
  })

  it('sends what a call that failed did not send, and nothing twice', async () => {
    const { send, outcome } = bot(server)
    const records = ['a', 'b', 'c'].map((id) => episode(id))
    server.answer(undefined, answers(200, { ok: false, error: 'internal_error' }))
    expect(await outcome(records)).toMatch(/^retryable .*internal_error/)
    await send(records)
    expect(server.calls.map((call) => /resource-\w/.exec(call.text)?.[0])).toEqual([
      'resource-a',
      'resource-b',
      'resource-b',
      'resource-c',
    ])
    // A third time they are new.
    await send(records)
    expect(methods().slice(4)).toEqual(['update', 'update', 'update'])
  })
})

describe('the pace of a channel', () => {
  it('is one message a second, of any kind', async () => {
    const clock = countingClock()
    const { send } = bot(server, {}, clock)
    let done = 0
    const sent = send([episode('a'), episode('a', 'resolved')]).then(() => done++)
    for (const count of [1, 2, 3]) {
      await expect.poll(() => server.calls.length).toBe(count)
      // Not a millisecond before its time, however long one waits.
      await expect.poll(() => clock.waiting).toBe(1)
      clock.advance(999)
      await new Promise(setImmediate)
      expect(server.calls).toHaveLength(count)
      clock.advance(1)
    }
    await sent
    expect(done).toBe(1)
  })
})
