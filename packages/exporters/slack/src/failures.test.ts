import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { manualClock } from '@lacuna/sdk/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { alert, episode } from './alert.fixture.ts'
import { answers, listen, type SlackServer, slackServer, TOKEN_SECRET } from './slack-server.fixture.ts'
import { bot, noSecretIn, type Rig, rig, webhook } from './test-kit.fixture.ts'
import { retryAfterOf } from './transport/slack-fetch.ts'

let server: SlackServer
let closers: (() => unknown)[] = []
beforeEach(async () => {
  server = await slackServer()
})
afterEach(async () => {
  await server.close()
  for (const close of closers) await close()
  closers = []
})

const KINDS: [string, (config?: object) => Rig][] = [
  ['webhook', (config) => webhook(server, config)],
  ['bot', (config) => bot(server, config)],
]

describe.each(KINDS)('a %s', (_, make) => {
  it('is tried again later when Slack says 429, and says when', async () => {
    const { exporter, outcome } = make()
    server.answer(answers(429, 'x', { 'retry-after': '7' }))
    const error = await (exporter.export([alert()], new AbortController().signal) as Promise<void>).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({
      code: 'retryable',
      retryAfter: 7000,
      message: 'slack: Slack asks for fewer messages (429)',
    })
    // Nor is anything sent before that, whoever asks.
    expect(await outcome([alert()])).toMatch('retryable slack: Slack asked for quiet')
    expect(server.calls).toHaveLength(1)
  })

  it('is tried again later when there is trouble at the other side', async () => {
    for (const status of [500, 503, 408]) {
      server.answer(answers(status, 'tokenSECRETtoken'))
      expect(await make().outcome([alert()])).toBe(`retryable slack: 127.0.0.1 answered ${status}`)
    }
    server.answer(answers(429, 'x', { 'retry-after': 'soon' }))
    expect(await make().outcome([alert()])).toMatch('retryable slack: Slack asks for fewer messages')
  })

  it('does not follow a redirect: a secret goes nowhere else', async () => {
    server.answer(answers(302, '', { location: `${server.url}/elsewhere` }))
    expect(await make().outcome([alert()])).toMatch(
      'permanent slack: 127.0.0.1 answered with a redirect (302), which is not followed',
    )
    expect(server.calls).toHaveLength(1)
  })

  it('takes no answer for an answer of Slack that is none', async () => {
    for (const body of [
      '<html>Log in</html>',
      '',
      '[]',
      'null',
      '{"ok":true}',
      '{"ok":false}',
      '{"ok":false,"error":"tokenSECRETtoken"}',
    ]) {
      server.answer(answers(200, body))
      expect(await make().outcome([alert()])).toMatch(
        /^retryable slack: what answers .*not answer as Slack does/,
      )
    }
    server.answer((response) => {
      response.writeHead(200, { 'content-type': 'application/gzip' })
      response.end(Buffer.from('1f8b', 'hex'))
    })
    expect(await make().outcome([alert()])).toMatch(/^retryable/)
  })

  it('reads no endless answer', async () => {
    let written = 0
    server.answer((response) => {
      response.writeHead(200)
      const more = () => {
        while (!response.destroyed && written < 2 ** 30) {
          written += 65_536
          if (!response.write('x'.repeat(65_536))) return void response.once('drain', more)
        }
      }
      more()
    })
    expect(await make().outcome([alert()])).toBe(
      'retryable slack: 127.0.0.1 answered with more than Slack ever does',
    )
    expect(written).toBeLessThan(2 ** 27)
  })

  it('is given up when the signal says so, while the other side is silent', async () => {
    server.answer(() => {})
    const { send } = make()
    const controller = new AbortController()
    const sent = send([alert()], controller.signal)
    await expect.poll(() => server.calls.length).toBe(1)
    controller.abort()
    await expect(sent).rejects.toMatchObject({ code: 'retryable' })
  })

  it('lets one caller go without failing the others', async () => {
    server.answer(() => {})
    const { send } = make()
    const controller = new AbortController()
    const gone = send([episode('a')], controller.signal).catch((error: unknown) => error)
    await expect.poll(() => server.calls.length).toBe(1)
    const stays = send([episode('b')])
    controller.abort()
    expect(await gone).toMatchObject({ code: 'retryable' })
    await stays
    expect(server.messages.size).toBe(1)
  })

  it('does not send again what arrived after its caller had gone', async () => {
    let answer = () => {}
    server.answer((response, request) => {
      const webhook = request.url?.startsWith('/services/')
      answer = () => answers(200, webhook ? 'ok' : { ok: true, channel: 'C1', ts: '1.1' })(response, request)
    })
    const { send } = make({ group_above: 1 })
    const controller = new AbortController()
    const record = episode('a')
    const gone = send([record], controller.signal).catch((error: unknown) => error)
    // The same message is for another caller too, so that it goes on.
    const stays = send([episode('b')])
    await expect.poll(() => server.calls.length).toBe(1)
    controller.abort()
    expect(await gone).toMatchObject({ code: 'retryable' })
    answer()
    await stays
    await send([record])
    expect(server.calls).toHaveLength(1)
  })

  it('writes nothing to the console', async () => {
    const spies = (['debug', 'info', 'log', 'warn', 'error'] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation(() => {}),
    )
    closers.push(() => {
      for (const spy of spies) spy.mockRestore()
    })
    const { send, outcome } = make()
    await send([alert()])
    server.answer(answers(500, ''))
    await outcome([episode('b')])
    const { exporter } = make()
    await server.close()
    await (exporter.export([alert()], new AbortController().signal) as Promise<void>).catch(() => {})
    expect(spies.flatMap((spy) => spy.mock.calls)).toEqual([])
  })

  it('ends what waits when it is stopped', async () => {
    server.answer(() => {})
    const { send, exporter, outcome } = make()
    const sent = send([alert(), alert()]).catch((error: unknown) => error)
    await expect.poll(() => server.calls.length).toBe(1)
    await exporter.stop?.()
    expect(await sent).toMatchObject({ code: 'retryable', message: 'slack: the exporter was stopped' })
    expect(await outcome([alert()])).toMatch(/^retryable/)
  })
})

describe('a refusal that will stay one', () => {
  it('of a webhook says what to check, and fails all that waits', async () => {
    for (const [status, text, advice] of [
      [404, 'no_service', 'make a new webhook'],
      [403, 'invalid_token', 'make a new webhook'],
      [410, 'channel_is_archived', 'choose another one'],
      [404, 'channel_not_found', 'check the channel'],
      [403, 'action_prohibited', 'ask its administrator'],
      [400, 'something_new', 'check the address'],
      [401, `<b>${TOKEN_SECRET}</b>`, 'with status 401: check the address'],
    ] as const) {
      server.answer(answers(status, text))
      const { outcome } = webhook(server)
      const said = await outcome([episode('a'), episode('b')])
      expect(said).toMatch(/^permanent slack: Slack refused the message with/)
      expect(said).toContain(advice)
    }
    expect(server.calls, 'one call each').toHaveLength(7)
  })

  it('of a token says what to check', async () => {
    for (const [code, advice] of [
      ['invalid_auth', 'check "token"'],
      ['token_revoked', 'check "token"'],
      ['missing_scope', 'chat:write'],
      ['channel_not_found', 'invite the app'],
      ['not_in_channel', 'invite the app'],
      ['is_archived', 'choose another one'],
    ]) {
      server.answer(answers(200, { ok: false, error: code }))
      expect(await bot(server).outcome([alert()])).toMatch(
        new RegExp(`^permanent slack: Slack refused the message with ${code}: .*${advice}`),
      )
    }
    const wrong = rig({ token: 'xoxb-wrong', channel: 'C1', api_url: server.apiUrl })
    expect(await wrong.outcome([alert()])).toMatch(
      'permanent slack: Slack refused the message with invalid_auth',
    )
  })

  it('leaves out only those that were not delivered before it', async () => {
    server.answer(undefined, answers(200, { ok: false, error: 'is_archived' }))
    expect(await bot(server).outcome([episode('a'), episode('b'), episode('c')])).toMatch(
      'partial slack: 2 of 3 records were refused: Slack refused the message with is_archived',
    )
  })

  it('is told apart from one that may pass', async () => {
    for (const code of ['ratelimited', 'fatal_error', 'internal_error', 'service_unavailable']) {
      server.answer(answers(200, { ok: false, error: code }))
      expect(await bot(server).outcome([alert()])).toBe(
        `retryable slack: Slack cannot take messages now (${code})`,
      )
    }
  })
})

describe('an address that cannot be reached', () => {
  const at = (url: string) => rig({ webhook_url: url })

  it('is said so when nobody listens', async () => {
    const port = Number(new URL(server.url).port)
    await server.close()
    expect(await at(`http://127.0.0.1:${port}/x`).outcome([alert()])).toBe(
      'retryable slack: cannot reach 127.0.0.1 (ECONNREFUSED): check the address and that this machine may reach it',
    )
  })

  it('is said so when the connection ends in the middle', async () => {
    const sockets = new Set<Socket>()
    const other = createServer((socket) => {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\no'))
    })
    closers.push(() => {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => other.close(resolve))
    })
    await listen(other)
    const { port } = other.address() as AddressInfo
    expect(await at(`http://127.0.0.1:${port}/x`).outcome([alert()])).toMatch(
      /^retryable slack: cannot reach 127\.0\.0\.1 /,
    )
  })

  it('gets no secret when its certificate is not trusted, or is that of another host', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slack-tls-'))
    closers.push(() => rmSync(folder, { recursive: true }))
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
        .concat(['-subj', '/CN=other.example', '-addext', 'subjectAltName=DNS:other.example'])
        .concat(['-keyout', 'key.pem', '-out', 'cert.pem']),
      { cwd: folder, stdio: 'ignore' },
    )
    const cert = readFileSync(join(folder, 'cert.pem'), 'utf8')
    let requests = 0
    const tls = createTlsServer({ cert, key: readFileSync(join(folder, 'key.pem')) }, () => requests++)
    closers.push(() => new Promise((resolve) => tls.close(resolve)))
    await listen(tls)
    const url = `https://localhost:${(tls.address() as AddressInfo).port}/x`
    const advice = 'its certificate is not trusted: check the address'
    expect(await at(url).outcome([alert()])).toMatch(
      `retryable slack: cannot reach localhost (DEPTH_ZERO_SELF_SIGNED_CERT): ${advice}`,
    )
    const before = getCACertificates()
    setDefaultCACertificates([...before, cert])
    closers.push(() => setDefaultCACertificates(before))
    expect(await at(url).outcome([alert()])).toMatch(
      `retryable slack: cannot reach localhost (ERR_TLS_CERT_ALTNAME_INVALID): ${advice}`,
    )
    expect(requests).toBe(0)
  })
})

describe('how long to wait', () => {
  it('is read as seconds or as a date, and is an hour at most', () => {
    const clock = manualClock(Date.UTC(2026, 8, 14, 10))
    expect(retryAfterOf('30', clock)).toBe(30_000)
    expect(retryAfterOf('Mon, 14 Sep 2026 10:00:05 GMT', clock)).toBe(5000)
    expect(retryAfterOf('9999999999', clock)).toBe(3_600_000)
    for (const none of [null, '', '0', '-1', 'soon', 'Mon, 14 Sep 2026 09:00:00 GMT'])
      expect(retryAfterOf(none, clock)).toBeUndefined()
  })
})

it('the search for secrets finds one', () => {
  expect(() => noSecretIn(new Error('x', { cause: { headers: { a: TOKEN_SECRET } } }))).toThrow(
    'a secret is in',
  )
})
