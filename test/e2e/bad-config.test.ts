import { describe, expect, it } from 'vitest'
import { burst, CONTRACT, NINE } from './records.fixture.ts'
import { opened, run } from './run-lacuna.fixture.ts'

const LOGS = burst('good', NINE).join('\n')

const runWith = (config: string, files: Readonly<Record<string, string>> = {}, args: string[] = []) =>
  run({ config, files: { 'logs.ndjson': LOGS, ...files }, args })

/** Refused: nothing on standard output, and each of these at the start of a line of standard error. */
async function expectRefused(
  config: string,
  lines: readonly RegExp[],
  files: Readonly<Record<string, string>> = {},
  args: string[] = [],
): Promise<void> {
  const { code, stdout, stderr } = await runWith(config, files, args)
  for (const line of lines) expect(stderr).toMatch(line)
  expect(stderr.length).toBeLessThan(20_000)
  expect(stderr).not.toMatch(/^ {4}at /m)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
}

describe('a bad configuration', { timeout: 30_000 }, () => {
  it('anchors and aliases are fine', async () => {
    const config = CONTRACT.replace('[file]', '&in [file]').replace(
      'threshold: 10',
      'threshold: &ten 10\n    rule: { risk_score: *ten }',
    )
    const ended = await runWith(config)
    expect(ended.stderr).not.toMatch(/^lacuna/m)
    expect(ended.code).toBe(0)
    expect(ended.alerts[0]?.attributes['event.risk_score']).toBe(10)
  })

  it('anchors that multiply without end', async () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
    for (const [name, before] of ['ba', 'cb', 'dc', 'ed', 'fe', 'gf', 'hg', 'ih'])
      bomb.push(`${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(', ')}]`)
    await expectRefused(`${bomb.join('\n')}\n${CONTRACT}`, [/^lacuna\.yaml:\d+:\d+: /m])
  })

  it('a cyclic reference', async () => {
    await expectRefused(CONTRACT.replace('[logs.ndjson]', '&me [*me]'), [/^lacuna\.yaml:3:\d+: /m])
    await expectRefused(CONTRACT.replace('preset: azure_openai', '&me\n    preset: *me'), [
      /^lacuna\.yaml:\d+:\d+: /m,
    ])
  })

  it('tabs', async () => {
    await expectRefused(CONTRACT.replace('    threshold', '\tthreshold'), [/^lacuna\.yaml:11:\d+: .*tab/im])
  })

  it('duplicate keys', async () => {
    await expectRefused(CONTRACT.replace('threshold: 10', 'threshold: 10\n    threshold: 11'), [
      /^lacuna\.yaml:12:5: .*threshold/m,
    ])
    await expectRefused(`${CONTRACT}exporters: {}\n`, [/^lacuna\.yaml:21:1: .*exporters/m])
  })

  it('unknown keys, wrong types and missing variables, all in one go', async () => {
    const config = CONTRACT.replace(
      'threshold: 10',
      'treshold: 10\n    max_groups: many\n    update_interval: 5',
    )
      .replace('format: json', `format: \${env:LACUNA_E2E_MISSING}`)
      .replace('follow: false', 'follow: [perhaps]')
    await expectRefused(config, [
      /^lacuna\.yaml:11:5: unknown key "treshold"/m,
      /did you mean "threshold"\?/,
      /^lacuna\.yaml:12:\d+: /m,
      /^lacuna\.yaml:13:\d+: /m,
      /^lacuna\.yaml:16:\d+: .*LACUNA_E2E_MISSING/m,
      /^lacuna\.yaml:5:\d+: /m,
    ])
  })

  it('missing or hostile files by reference', async () => {
    await expectRefused(CONTRACT.replace('azure_openai', `\${file:missing.txt}`), [
      /^lacuna\.yaml:8:\d+: .*missing\.txt/m,
    ])
    await expectRefused(CONTRACT.replace('azure_openai', `\${file:.}`), [/^lacuna\.yaml:8:\d+: /m])
    const self = CONTRACT.replace('azure_openai', `\${file:lacuna.yaml}`)
    await expectRefused(self, [/^lacuna\.yaml:8:\d+: /m])
  })

  it('more than a mebibyte', async () => {
    await expectRefused(`${CONTRACT}# ${'x'.repeat(1024 * 1024)}\n`, [/^lacuna\.yaml.*1 MiB/m])
  })

  it('no map at all, or no text', async () => {
    for (const config of [
      '',
      '- a\n',
      '7\n',
      'null\n',
      '\u0000\u0001',
      '--- a\n--- b\n',
      '%YAML 9\n---\n',
      '!!js/function x',
    ])
      await expectRefused(config, [/^lacuna(\.yaml(:\d+:\d+)?)?: /m])
  })

  it('keys that every object has', async () => {
    await expectRefused(`__proto__: { receivers: {} }\nconstructor: 7\n${CONTRACT}`, [
      /^lacuna\.yaml:1:1: the key "__proto__" cannot be used/m,
      /^lacuna\.yaml:2:1: unknown key "constructor"/m,
    ])
    const component = CONTRACT.replace('  stdout:', '  __proto__:').replace('[stdout]', '[__proto__]')
    await expectRefused(component, [/^lacuna\.yaml:13:3: /m])
  })

  it('numbers and windows out of any range, each told at its place', async () => {
    const thresholds = [
      '0',
      '-1',
      '1.5',
      '1e400',
      '.nan',
      '.inf',
      '9007199254740993',
      '"10"',
      'ten',
      '[]',
      '~',
    ]
    const sizes = [
      '0s',
      '-1m',
      '99999999999d',
      '60',
      '1e3m',
      '60m, slide: 7m',
      '60m, slide: 1ms',
      '60m, slide: 0s',
    ]
    const detectors = [
      ...thresholds.map((threshold) => `{ threshold: ${threshold} }`),
      ...sizes.map((size) => `{ window: { size: ${size} } }`),
    ].map((config, i) => `  zero_length_response/d${i}: ${config}`)
    const [head = '', tail = ''] = CONTRACT.split('exporters:\n')
    const config = `${head}${detectors.join('\n')}\nexporters:\n${tail}`
    const first = head.split('\n').length
    await expectRefused(
      config,
      detectors.map((_, i) => new RegExp(`^lacuna\\.yaml:${first + i}:\\d+: `, 'm')),
    )
  })

  it('--set with anything in it', async () => {
    for (const set of ['', '.=1', 'a', 'processors.__proto__.x=1', 'receivers..file=1', 'exporters.stdout=['])
      await expectRefused(CONTRACT, [/^(lacuna: )?.*--set/m], {}, ['--set', set])
    const ended = await runWith(CONTRACT, {}, ['--set', 'processors.zero_length_response.threshold=3'])
    expect(opened(ended)).toEqual(['good'])
    expect(ended.alerts[0]?.attributes['lacuna.alert.count']).toBe(3)
  })
})
