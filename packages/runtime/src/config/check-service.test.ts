import { describe, expect, it } from 'vitest'
import { GOOD, load, mistakes } from './fakes.fixture.ts'

const TOP =
  'receivers: { file: { include: a } }\nprocessors: { detect: }\nexporters: { stdout: }\nextensions: { storage: }\n'
const wired = (pipelines: string) => mistakes(`${TOP}service:\n  pipelines:\n    ${pipelines}`)

describe('a pipeline', () => {
  it.each([
    [
      'logs: { receivers: [fle], exporters: [stdout] }',
      '7:25: the receiver "fle" is not defined',
      'did you mean "file"?',
    ],
    [
      'logs: { receivers: [file], processors: [file], exporters: [stdout] }',
      '7:45: the processor "file" is not defined',
      '"file" is a receiver',
    ],
    [
      'logs: { receivers: [file], processors: [other], exporters: [stdout] }',
      '7:45: the processor "other" is not defined',
      'define it: add "other:" under "processors:"',
    ],
    [
      'logs: { receivers: [file, file], exporters: [stdout] }',
      '7:31: "file" stands in this list already',
      undefined,
    ],
    ['logs: { exporters: [stdout] }', '7:5: the pipeline "logs" has no receivers', 'add receivers: [file]'],
    ['logs: { receivers: [file] }', '7:5: the pipeline "logs" has no exporters', 'add exporters: [stdout]'],
    ['logs: { receivers: [file], exporters: [] }', '7:32: the pipeline "logs" has no exporters', undefined],
    ['logs: { receivers: [file], exporters: }', '7:32: the pipeline "logs" has no exporters', undefined],
    [
      'logs: { receivers: file, exporters: [stdout] }',
      '7:24: "service.pipelines.logs.receivers" must be a list of ids, got a string',
      'write it as a list: [file]',
    ],
    [
      'logs: { receivers: [5], exporters: [stdout] }',
      '7:25: "service.pipelines.logs.receivers" must be a list of ids, and one of them is a number',
      undefined,
    ],
    [
      'logs: { receivers: [file], exporter: [stdout] }',
      '7:32: unknown key "exporter" in service.pipelines.logs',
      'did you mean "exporters"?',
    ],
    ['logs: [file]', '7:11: "service.pipelines.logs" must be a map, got a list', undefined],
    ['logs:', '7:5: the pipeline "logs" has no receivers', undefined],
    [
      'traces: { receivers: [file], exporters: [stdout] }',
      '7:5: Lacuna has no pipelines for traces: it reads logs',
      undefined,
    ],
    ['Logs: { receivers: [file], exporters: [stdout] }', '7:5: "Logs" is no id of a pipeline', undefined],
  ])('%s', async (text, message, suggestion) => {
    const told = await wired(text)
    expect(told).toContain(`lacuna.yaml:${message}`)
    if (suggestion !== undefined) expect(told.split('\n')).toContain(suggestion)
  })

  it('that mistypes a list is not told that it has none', async () => {
    expect(await wired('logs: { receivers: [file], exporter: [stdout] }')).not.toContain('has no exporters')
  })

  it('may do without processors', async () => {
    expect(await wired('logs: { receivers: [file], exporters: [stdout] }')).toBe('')
  })
})

describe('service', () => {
  it.each([
    ['', 'lacuna.yaml:1:1: missing key "service"'],
    ['service:\n', 'lacuna.yaml:5:1: missing key "pipelines" in service'],
    ['service:\n  pipelines:\n', 'lacuna.yaml:6:3: service.pipelines names no pipeline'],
    ['service: { pipelines: {} }\n', 'lacuna.yaml:5:12: service.pipelines names no pipeline'],
    ['service: { pipelines: [logs] }\n', 'lacuna.yaml:5:12: "service.pipelines" must be a map, got a list'],
    ['service: { telemetry: {}, pipelines: {} }\n', 'lacuna.yaml:5:12: unknown key "telemetry" in service'],
    [
      'service: { extensions: [storag], pipelines: {} }\n',
      'lacuna.yaml:5:25: the extension "storag" is not defined',
    ],
    ['servce: { pipelines: {} }\n', 'lacuna.yaml:5:1: unknown key "servce" in the configuration'],
  ])('%s', async (text, message) => {
    expect(await mistakes(TOP + text)).toContain(message)
  })

  it('that is mistyped is not told to be missing', async () => {
    expect(await mistakes(`${TOP}servce: { pipelines: {} }\n`)).not.toContain('missing')
  })

  it('names the extensions that run', async () => {
    const text = `${GOOD}extensions: { storage: , storage/other: }\n`
    expect([...(await load(text)).extensions.keys()]).toEqual([])
    const set = ['service.extensions=[storage/other]']
    expect([...(await load(text, { set })).extensions.keys()]).toEqual(['storage/other'])
  })
})
