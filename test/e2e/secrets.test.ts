import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createHttp, type Server as HttpServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { components } from '@lacuna/cli'
import { createLogger, createPipeline } from '@lacuna/runtime'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { lacuna } from '../../packages/cli/src/run-lacuna.fixture.ts'
import { markers } from './markers.fixture.ts'
import { emptyAnswer, MINUTE, NINE } from './records.fixture.ts'
import { directory, type Ended, start } from './run-lacuna.fixture.ts'
import { COMPLETE, MISTAKES } from './secret-config.fixture.ts'

// No secret of a configuration comes out anywhere: whatever is wrong with it, whoever it is sent to.

const { make, found } = markers()

const CONNECTION = make('connection_string', (key) => connection(`${key}=`))
const PLAIN = make('sasl plain')
const SCRAM = make('sasl scram')
const CLIENT = make('client_secret')
const BEARER = make('bearer_tokens')
const BASIC = make('basic password')
const HEADER = make('otlp header', (marker) => `Bearer ${marker}`)
const API_KEY = make('otlp api key')
const GRPC = make('grpc header')
const HOOK = make('webhook_url')
const TOKEN = make('slack token', (marker) => `xoxb-${marker}`)
const KEY = make('redact key')
const FROM_FILE = make('from a file')

const ENV = {
  CONNECTION,
  PLAIN,
  SCRAM,
  CLIENT,
  BEARER,
  BASIC,
  HEADER,
  API_KEY,
  GRPC,
  HOOK: `https://hooks.slack.example/services/${HOOK}`,
  TOKEN,
  KEY,
}

function connection(key: string, host = 'nowhere.servicebus.windows.net'): string {
  return `Endpoint=sb://${host}/;SharedAccessKeyName=listen;SharedAccessKey=${key};EntityPath=hub`
}

/** The secrets as text in the configuration, instead of where they come from. */
function fill(config: string, values: Readonly<Record<string, string | number>>): string {
  return config.replaceAll(/\$([A-Z_]+)/g, (name, key: string) => String(values[key] ?? name))
}

/** Every variable as a reference to the environment. */
const REFERENCES = Object.fromEntries(Object.keys(ENV).map((name) => [name, `\${env:${name}}`]))

let echo: HttpServer
let parrot: Server
let ports: { ECHO: number; PARROT: number; REFUSED: number; HEALTH: number }
const asked: string[] = []

/** Gives back all that it got, as servers do in the text of an error. */
async function answer(request: IncomingMessage): Promise<{ status: number; text: string }> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  const text = `${request.url} ${JSON.stringify(request.headers)} ${Buffer.concat(chunks).toString('latin1')}`
  asked.push(text)
  if (request.url?.startsWith('/redirect')) return { status: 307, text }
  // The same again as what may be sent anew and what may not.
  return { status: asked.length % 3 === 0 ? 400 : asked.length % 3 === 1 ? 503 : 500, text }
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

async function freePort(): Promise<number> {
  const server = createServer()
  const port = await listening(server)
  server.close()
  await once(server, 'close')
  return port
}

beforeAll(async () => {
  echo = createHttp((request, response) => {
    void answer(request).then(({ status, text }) => {
      const types = ['text/plain', 'application/json', 'text/html']
      const type = types[asked.length % 3] ?? 'text/plain'
      const body =
        type === 'application/json' ? JSON.stringify({ code: 3, message: text, error: text }) : text
      const location = `http://127.0.0.1:1/${encodeURIComponent(text)}`
      response.writeHead(status, { 'content-type': type, ...(status === 307 && { location }) })
      response.end(body)
    })
  })
  parrot = createServer((socket) => {
    socket.on('error', () => {})
    socket.pipe(socket)
  })
  ports = {
    ECHO: await listening(echo),
    PARROT: await listening(parrot),
    REFUSED: await freePort(),
    HEALTH: await freePort(),
  }
})

afterAll(() => {
  echo.closeAllConnections()
  echo.close()
  parrot.close()
})

async function validate(config: string, ...args: string[]) {
  const cwd = directory({ 'lacuna.yaml': config, 'secret.txt': `${FROM_FILE}\n` })
  return lacuna(['validate', '--config', 'lacuna.yaml', ...args], { cwd, env: ENV })
}

function expectClean(text: string, what: string): void {
  expect(found(text), `${what}:\n${text.slice(0, 4000)}`).toEqual([])
}

const EVENTS = Array.from({ length: 12 }, (_, index) => emptyAnswer('contoso', NINE + index * MINUTE))
const LOGS = EVENTS.map((record) => `${JSON.stringify(record)}\n`).join('')

describe('a marker', () => {
  it('is found in every form that it may come out in', () => {
    const secret = PLAIN
    for (const text of [
      `x${secret}y`,
      Buffer.from(`someone:${secret}`).toString('base64'),
      Buffer.from(`${secret} and more`).toString('base64url'),
      encodeURIComponent(`a/${secret}?`),
      secret.slice(0, 40),
    ])
      expect(found(text), text).not.toEqual([])
    expect(found('nothing of the kind')).toEqual([])
  })
})

describe('lacuna validate', { timeout: 60_000 }, () => {
  it.each([
    ['written into the file', ENV],
    ['from the environment', REFERENCES],
  ])('tells no secret of a good configuration, %s', async (_, values) => {
    const { code, stdout, stderr } = await validate(fill(COMPLETE, { ...ports, ...values }))
    expect([code, stderr]).toEqual([0, ''])
    expectClean(stdout, 'standard output')
  })

  async function expectHidden(what: string, change: (config: string) => string): Promise<void> {
    const wrong = change(COMPLETE)
    expect(wrong, 'the mistake was made').not.toBe(COMPLETE)
    for (const values of [ENV, REFERENCES]) {
      const { code, stdout, stderr } = await validate(fill(wrong, { ...ports, ...values }))
      expect(code, `${what}: ${stdout}`).toBe(2)
      expect(stderr).toMatch(/^\S+:\d+:\d+: /m)
      expectClean(stdout + stderr, what)
    }
  }

  it.each(MISTAKES)('tells no secret with %s', expectHidden)

  it('tells no secret of a file, and none that stands in the command line', async () => {
    const config = fill(COMPLETE, { ...ports, ...ENV, PLAIN: `\${file:secret.txt}` })
    const good = await validate(config)
    expect([good.code, good.stderr]).toEqual([0, ''])
    for (const args of [
      ['--set', `exporters.otlp.headers.authorization=[${HEADER}]`],
      ['--set', `exporters.slack.webhook_url=http://example.com/${HOOK}`],
      ['--set', `exporters.slack.webhook_urls=${HOOK}`],
      ['--set', `processors.redact.key={ a: ${KEY}`],
      ['--set', `receivers.event_hubs/plain.sasl.password.x=${PLAIN}`],
      ['--set', `receivers.event_hubs/plain.sasl={ mechanism: none, password: ${PLAIN} }`],
    ]) {
      const { code, stdout, stderr } = await validate(config, ...args)
      expect(code, args.join(' ')).toBe(2)
      expectClean(stdout + stderr, args.join(' '))
    }
  })
})

/** Everything that a run says, while it can say it. */
async function health(): Promise<string> {
  let text = ''
  for (const path of ['/', '/health', '/live', '/ready', '/status', '/healthz']) {
    const response = await fetch(`http://127.0.0.1:${ports.HEALTH}${path}`).catch(() => undefined)
    if (response !== undefined) text += `${await response.text()} ${JSON.stringify([...response.headers])}\n`
  }
  return text
}

/** Waits until something that a process does has been seen, and gives up after a while. */
async function until(what: () => boolean | Promise<boolean>, ended: Promise<unknown>): Promise<void> {
  let over = false
  void ended.then(() => {
    over = true
  })
  for (let turn = 0; turn < 600 && !over && !(await what()); turn++)
    await new Promise((resolve) => setTimeout(resolve, 50))
}

/** Senders with right credentials, wrong ones and none; what they are answered. */
async function send(address: string): Promise<string> {
  const basic = (user: string, password: string) =>
    `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  let text = ''
  for (const authorization of [
    `Bearer ${BEARER}`,
    `Bearer ${BEARER}x`,
    `Bearer ${BASIC}`,
    `bearer${BEARER}`,
    basic('someone', BASIC),
    basic('nobody', BASIC),
    BASIC,
  ])
    for (const body of ['{}', '{', `{"resourceLogs":"${BEARER}"}`]) {
      const headers = { authorization, 'content-type': 'application/json' }
      const response = await fetch(`http://${address}/v1/logs`, { method: 'POST', headers, body })
      text += `${response.status} ${await response.text()} ${JSON.stringify([...response.headers])}\n`
    }
  return text
}

/** Short waits, so that every kind of failure is met in a few seconds. */
const QUICK = ['initial_interval: 50ms', 'max_interval: 100ms', 'max_elapsed_time: 1s']
const impatient = (config: string) =>
  config.replaceAll(
    /^( {2}(?:otlp|slack)[\w/]*: \{ )(?=endpoint|webhook|token)/gm,
    `$1retry_on_failure: { ${QUICK.join(', ')} }, `,
  )

describe('lacuna run', { timeout: 60_000 }, () => {
  it('tells no secret, whoever answers: refused, errors that echo, redirects, garbage', async () => {
    asked.length = 0
    const running = start({
      config: impatient(
        fill(COMPLETE, { ...ports, ...REFERENCES, HOOK: `http://127.0.0.1:${ports.ECHO}/${HOOK}` }),
      ),
      files: { 'logs.ndjson': LOGS },
      env: ENV,
    })
    onTestFinished(() => void running.child.kill('SIGKILL'))
    let told = ''
    running.child.stderr.on('data', (chunk) => {
      told += chunk
    })
    await until(() => /"protocol":"http","address":"([^"]+)"/.test(told), running.ended)
    const address = /"protocol":"http","address":"([^"]+)"/.exec(told)?.[1] ?? ''
    const answers = await send(address)
    expect(answers).toMatch(/^200 [\s\S]*^400 [\s\S]*^401 /m)
    const all = ['authorization', '/redirect', '/api/', HOOK, API_KEY]
    await until(() => all.every((part) => asked.some((text) => text.includes(part))), running.ended)
    expect(all.filter((part) => !asked.some((text) => text.includes(part)))).toEqual([])
    let page = ''
    await until(async () => {
      page += await health()
      return /otlp\/redirect/.test(told) && /otlp\/grpc/.test(told) && /otlp\/refused/.test(told)
    }, running.ended)
    page += await health()
    running.child.kill('SIGTERM')
    setTimeout(() => running.child.kill('SIGTERM'), 3000).unref()
    const ended: Ended = await running.ended
    // What was sent must hold them, or the search would prove nothing.
    expect(found(asked.join('\n')).length).toBeGreaterThan(5)
    expect(ended.alerts).not.toEqual([])
    expect(page).toContain('otlp')
    for (const [what, text] of Object.entries({
      'standard output': ended.stdout,
      'standard error': ended.stderr,
      summary: readFileSync(join(ended.cwd, 'summary.json'), 'utf8'),
      health: page,
      'answers to senders': answers,
    }))
      expectClean(text, what)
  })

  it('tells no secret when a connection string or a log-in is wrong and it ends', async () => {
    const only = (receiver: string) => `receivers: { ${receiver} }
exporters: { stdout: }
service: { pipelines: { logs: { receivers: [event_hubs], exporters: [stdout] } } }
`
    const common = 'startup_timeout: 1s'
    for (const receiver of [
      `event_hubs: { connection_string: '${connection(PLAIN, '127.0.0.1')}', brokers: [127.0.0.1:${ports.PARROT}], ${common} }`,
      `event_hubs: { brokers: [127.0.0.1:${ports.PARROT}], tls: false, topics: [a], ${common}, sasl: { mechanism: plain, username: a, password: ${PLAIN} } }`,
      `event_hubs: { brokers: [127.0.0.1:${ports.REFUSED}], tls: false, topics: [a], ${common}, sasl: { mechanism: scram-sha-256, username: a, password: ${SCRAM} } }`,
    ]) {
      const running = start({ config: only(receiver) })
      const stop = setTimeout(() => running.child.kill('SIGTERM'), 3000)
      const ended = await running.ended
      clearTimeout(stop)
      expectClean(ended.stdout + ended.stderr + JSON.stringify(ended.ledger), receiver)
    }
  })
})

describe('a pipeline inside of a program', { timeout: 60_000 }, () => {
  it('logs no secret at the level of debug, as JSON or as lines, nor shows one in its counters', async () => {
    for (const format of ['json', 'line'] as const) {
      let log = ''
      const logger = createLogger({
        level: 'debug',
        format,
        write: (text) => {
          log += text
        },
      })
      const config = impatient(fill(COMPLETE, { ...ports, ...ENV }))
        .replace('[logs.ndjson]', JSON.stringify([`${directory({ 'logs.ndjson': LOGS })}/logs.ndjson`]))
        .replace('stdout]', 'slack/token]')
        .replace(', slack/token, slack/token]', ', slack/token]')
      const pipeline = await createPipeline(config, { components, logger })
      await pipeline.start()
      await new Promise((resolve) => setTimeout(resolve, 2500))
      const counters = JSON.stringify(pipeline.counters())
      await pipeline.stop({ deadline: 500 })
      expect(log).toMatch(/otlp/)
      expectClean(log, `log as ${format}`)
      expectClean(counters, 'counters')
      expectClean(JSON.stringify(pipeline) + String(pipeline), 'the pipeline itself')
    }
  })
})
