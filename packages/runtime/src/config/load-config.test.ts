import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Secret } from '@lacuna/sdk'
import { describe, expect, it } from 'vitest'
import { ConfigError, type Diagnostic } from './diagnostics.ts'
import { components, fakes, GOOD, load, mistakes } from './fakes.fixture.ts'
import { loadConfig } from './load-config.ts'

describe('loadConfig', () => {
  it('gives what runs, checked and with defaults', async () => {
    const config = await load(GOOD)
    expect([...config.pipelines.values()]).toEqual([
      { id: 'logs', receivers: ['file'], processors: ['detect'], exporters: ['stdout'] },
    ])
    expect(config.receivers.get('file')).toMatchObject({ id: 'file', factory: fakes.file })
    expect(config.receivers.get('file')?.config).toMatchObject({
      include: ['a.ndjson'],
      max_line_bytes: 1_048_576,
    })
    expect(config.exporters.get('stdout')?.config).toEqual({ format: 'json' })
  })

  it('leaves out what no pipeline uses, and says so where it is asked to', async () => {
    const warnings: Diagnostic[] = []
    const text = GOOD.replace('{ stdout: }', '{ stdout: , slack: { token: xoxb-1, channel: c } }')
    const config = await load(text, { warn: (diagnostic) => warnings.push(diagnostic) })
    expect([...config.exporters.keys()]).toEqual(['stdout'])
    expect(warnings).toMatchObject([
      { where: 'lacuna.yaml:3:24', message: 'the exporter "slack" does not run: no pipeline uses it' },
    ])
  })

  it('keeps a secret a secret', async () => {
    const set = ['exporters.slack={token: xoxb-1, channel: c}', 'service.pipelines.logs.exporters=[slack]']
    const { token } = Object((await load(GOOD, { set })).exporters.get('slack')?.config)
    expect(token).toBeInstanceOf(Secret)
    expect(token.reveal()).toBe('xoxb-1')
  })

  it('takes a plain object, and names mistakes in it by their path', async () => {
    const object = {
      receivers: { file: { include: ['a'], exclude: undefined } },
      processors: { detect: { exceptions: [{ name: 'x', where: 5 }] } },
      exporters: { stdout: null },
      service: {
        pipelines: { logs: { receivers: ['file'], processors: ['detect'], exporters: ['stdout'] } },
      },
    }
    expect(await mistakes([], { object })).toBe(
      'config.processors.detect.exceptions[0].where: "exceptions[0].where" must be a string, got a number\nput it in quotes',
    )
    object.processors.detect.exceptions = []
    expect((await load([], { object })).exporters.get('stdout')?.config).toEqual({ format: 'json' })
  })

  it('refuses objects that are no data', async () => {
    const cyclic: Record<string, unknown> = {}
    cyclic.receivers = { file: cyclic }
    expect(await mistakes([], { object: cyclic })).toContain(
      'config.receivers.file: this object stands within itself',
    )
    expect(await mistakes([], { object: { receivers: new Map(), exporters: () => 1 } })).toContain(
      'plain objects',
    )
    expect(await mistakes([], { object: JSON.parse('{"__proto__": {"x": 1}}') })).toContain(
      '"__proto__" cannot be used',
    )
    expect(await mistakes([], { object: [] })).toContain('config: a configuration must be a map')
  })

  it('reads files relative to the working directory, and names them as they were given', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'lacuna-'))
    mkdirSync(join(cwd, 'conf'))
    writeFileSync(join(cwd, 'conf/a.yaml'), GOOD)
    writeFileSync(join(cwd, 'b.yaml'), 'processors: { detect: { threshold: x } }')
    writeFileSync(join(cwd, 'binary.yaml'), Buffer.from([0x61, 0x0a, 0xff, 0xfe]))
    writeFileSync(join(cwd, 'big.yaml'), `#${'x'.repeat(1024 * 1024)}`)
    writeFileSync(join(cwd, 'empty.yaml'), '')
    const config = await loadConfig({ files: ['conf/a.yaml'], components, cwd })
    expect(config.pipelines.size).toBe(1)
    const files = ['conf/a.yaml', './b.yaml', 'binary.yaml', 'big.yaml', 'empty.yaml', 'none.yaml', 'conf']
    const error = await loadConfig({ files, components, cwd }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ConfigError)
    if (!(error instanceof ConfigError)) return
    expect(error.code).toBe('config')
    expect(error.diagnostics.map(({ where, message }) => `${where}: ${message}`)).toEqual([
      './b.yaml:1:36: "threshold" must be a whole number, got a string',
      'binary.yaml:2:1: it is not UTF-8: byte 3 is 0xff',
      'big.yaml:1:1: it holds more than 1 MiB',
      'empty.yaml:1:1: the configuration is empty',
      'none.yaml:1:1: cannot be read: no such file',
      'conf:1:1: cannot be read: it is a directory',
    ])
  })

  it('gives the parts of an error to programs', async () => {
    const error = await load(GOOD.replace('{ stdout: }', '{ stdout: { fromat: json } }')).catch(
      (thrown: unknown) => thrown,
    )
    expect(error instanceof ConfigError && error.diagnostics).toEqual([
      {
        code: 'unknown_key',
        where: 'lacuna.yaml:3:24',
        file: 'lacuna.yaml',
        line: 3,
        column: 24,
        message: 'unknown key "fromat" in exporters.stdout',
        excerpt: 'exporters: { stdout: { fromat: json } }\n                       ^',
        suggestion: 'did you mean "format"?',
      },
    ])
  })

  it('wants a configuration', async () => {
    expect(await mistakes([])).toContain('no configuration was given')
  })

  it('survives keys that objects have of themselves', async () => {
    for (const key of ['constructor', 'toString', 'hasOwnProperty', 'valueOf']) {
      expect(await mistakes([GOOD, `${key}: 1`])).toContain(`unknown key "${key}" in the configuration`)
      expect(await mistakes([GOOD, `exporters: { stdout: { ${key}: 1 } }`])).toContain(`unknown key "${key}"`)
      expect(await mistakes([GOOD, `exporters: { ${key}: }`])).toMatch(/is no id|no exporter of type/)
    }
  })

  it('lets nothing but its own error out, whatever the text', async () => {
    const texts = [
      'receivers: *a',
      '&a *a',
      '!!',
      '? ',
      '- : -',
      '{',
      '}',
      '"',
      '%',
      '%YAML 9\n---\na',
      '<<: {}',
      'receivers: {file: &x {include: *x}}',
      '\u2028',
      'a: !!binary x',
      '- - -\n -',
      ':',
      '@',
      'receivers: {"": {}}',
      '[]: x',
      'a: >9\n x',
      '\ufffe',
      'plugins: {a: b}',
      'service: {pipelines: {"": }}',
    ]
    for (const text of texts) expect(await mistakes(text)).not.toBe('')
  })
})
