import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { components } from '../../packages/cli/src/components.ts'
import zeroLengthResponse from '../../packages/processors/zero-length-response/src/index.ts'
import { loadConfig, optionRows } from '../../packages/runtime/src/index.ts'
import { read } from './markdown.ts'
import { ROOT } from './options-table.ts'
import { lacuna } from './shell.ts'
import { guilty } from './truth.ts'

interface Line {
  readonly timestamp: string
  readonly attributes: Readonly<Record<string, unknown>>
}

const CHAT = 'contoso-support-chat'
const CLAIMS = 'fabrikam-claims-desk'
const LOAD_TEST = 'contoso-loadtest'

/**
 * What cannot run without its other side, and the variables that it wants, all of them. Here it is only checked;
 * `test/e2e/edges.test.ts` and `edges.kafka.test.ts` run it.
 */
const NETWORKED: Readonly<Record<string, readonly string[]>> = {
  'event-hubs.yaml': ['EVENT_HUBS_CONNECTION_STRING', 'OTLP_ENDPOINT', 'SLACK_WEBHOOK_URL'],
  'gateway.yaml': ['OTLP_ENDPOINT'],
  'file-to-otlp.yaml': [],
}

const ENVIRONMENT: Readonly<Record<string, string>> = {
  EVENT_HUBS_CONNECTION_STRING:
    'Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=lacuna;SharedAccessKey=a2V5;EntityPath=openai',
  SLACK_WEBHOOK_URL: 'https://hooks.slack.com/services/T0/B0/secret',
  OTLP_ENDPOINT: 'https://collector.example.com:4318',
}

/** By the README of the sample data: when, what, whose, and how many. */
const EXPECTED: Readonly<Record<string, { found: string[]; alerts: string[] }>> = {
  'quickstart.yaml': {
    found: guilty('trailing').filter((name) => name !== LOAD_TEST),
    alerts: [
      `09:17:28 open ${CHAT} 10`,
      `09:27:34 update ${CHAT} 15`,
      `10:25:34 resolved ${CHAT} 18`,
      `14:06:50 open ${CLAIMS} 10`,
      `15:02:50 resolved ${CLAIMS} 12`,
    ],
  },
  'tumbling.yaml': {
    found: guilty('tumbling').filter((name) => name !== LOAD_TEST),
    alerts: [`09:17:28 open ${CHAT} 10`, `11:00:00 resolved ${CHAT} 18`],
  },
  'sliding-aligned.yaml': {
    found: guilty('every 10 minutes').filter((name) => name !== LOAD_TEST),
    alerts: [
      `09:17:28 open ${CHAT} 10`,
      `09:27:34 update ${CHAT} 15`,
      `10:30:00 resolved ${CHAT} 18`,
      `14:06:50 open ${CLAIMS} 10`,
      `15:10:00 resolved ${CLAIMS} 10`,
    ],
  },
  'all-options.yaml': {
    found: guilty('trailing'),
    alerts: [
      `09:17:28 open ${CHAT} 10`,
      `09:27:34 update ${CHAT} 15`,
      `10:25:34 resolved ${CHAT} 18`,
      `11:06:10 open ${LOAD_TEST} 10`,
      `11:16:40 update ${LOAD_TEST} 26`,
      `11:26:40 update ${LOAD_TEST} 41`,
      `11:37:10 update ${LOAD_TEST} 57`,
      `12:36:40 resolved ${LOAD_TEST} 60`,
      `14:06:50 open ${CLAIMS} 10`,
      `15:02:50 resolved ${CLAIMS} 12`,
    ],
  },
}

const lines = (text: string): Line[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))

describe('configurations to run and to copy', { timeout: 60_000 }, () => {
  const files = readdirSync(`${ROOT}configs`).filter((file) => file.endsWith('.yaml'))
  const onTheSampleDay = files.filter((file) => NETWORKED[file] === undefined)

  beforeAll(() => {
    for (const [name, value] of Object.entries(ENVIRONMENT)) vi.stubEnv(name, value)
  })
  afterAll(() => void vi.unstubAllEnvs())

  it.each(files)('%s is valid', async (file) => {
    expect(await lacuna('validate', '--config', `configs/${file}`)).toMatchObject({ code: 0, stderr: '' })
  })

  it.each(Object.entries(NETWORKED))('%s says which variables it wants: %j', async (file, wanted) => {
    for (const name of Object.keys(ENVIRONMENT)) vi.stubEnv(name, undefined)
    try {
      const { code, stderr } = await lacuna('validate', '--config', `configs/${file}`)
      expect(code).toBe(wanted.length === 0 ? 0 : 2)
      const missing = stderr.matchAll(
        /^configs\/[a-z-]+[.]yaml:\d+:\d+: the environment variable "(\w+)" is not set$/gm,
      )
      expect([...new Set([...missing].map(([, name]) => name))].toSorted()).toEqual(wanted)
      for (const name of wanted) expect(read(`configs/${file}`)).toMatch(new RegExp(`^#   ${name}\\b`, 'm'))
    } finally {
      for (const [name, value] of Object.entries(ENVIRONMENT)) vi.stubEnv(name, value)
    }
  })

  it.each(files)('%s says in its head how to run it', (file) => {
    const head = read(`configs/${file}`).split('receivers:\n')[0]
    expect(head).toMatch(new RegExp(`^#   (\\w+=\\S+ )?npx lacuna run --config configs/${file}$`, 'm'))
  })

  it.each(onTheSampleDay)('%s tells of the sample day what it should', async (file) => {
    const wanted = EXPECTED[file]
    if (wanted === undefined) throw new Error(`say here which alerts ${file} gives`)
    const { code, stdout } = await lacuna('run', '--config', `configs/${file}`)
    expect(code).toBe(0)
    const alerts = lines(stdout)
    const told = alerts.map(({ timestamp, attributes }) =>
      [
        timestamp.slice(11, 19),
        attributes['lacuna.alert.status'],
        attributes['azure.resource.name'],
        attributes['lacuna.alert.count'],
      ].join(' '),
    )
    expect(told).toEqual(wanted.alerts)
    const names = new Set(alerts.map(({ attributes }) => attributes['azure.resource.name']))
    expect([...names].sort()).toEqual(wanted.found.toSorted())
  })

  it('gives the alerts of the quick start without its exception when every option is written out', async () => {
    const none = ['--set', 'processors.zero_length_response.exceptions=[]']
    const [short, long] = await Promise.all([
      lacuna('run', '--config', 'configs/quickstart.yaml', ...none),
      lacuna('run', '--config', 'configs/all-options.yaml'),
    ])
    expect(long.stdout).toBe(short.stdout)
  })
})

describe('configs/all-options.yaml', () => {
  it('has every option at its default', async () => {
    const files = [`${ROOT}configs/all-options.yaml`]
    const checked = await loadConfig({ files, components })
    const defaults = zeroLengthResponse.config.parse({})
    const written = checked.processors.get('zero_length_response')?.config
    expect(written).toEqual({ ...defaults, recover_below: defaults.threshold / 2 })
  })

  it('names every option, in the file or in its comments', () => {
    const text = read('configs/all-options.yaml')
    const missing = optionRows(zeroLengthResponse.config)
      .map(({ path }) => path.replace(/^.*[.]/, ''))
      .filter((key) => !new RegExp(`(^ *(# *)?(- )?${key}:|\`${key}[\`:])`, 'm').test(text))
    expect(missing).toEqual([])
  })
})
