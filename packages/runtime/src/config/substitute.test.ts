// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references are what is tested
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { GOOD, load, mistakes, SERVICE } from './fakes.fixture.ts'

const REST = `\nprocessors: { detect: }\nexporters: { stdout: }${SERVICE}`

async function fileConfig(fields: string, env: Record<string, string> = {}, cwd?: string) {
  const config = await load(`receivers:\n  file:\n${fields}${REST}`, {
    env,
    ...(cwd === undefined ? {} : { cwd }),
  })
  return config.receivers.get('file')?.config as Record<string, unknown>
}

describe('a value from the environment', () => {
  it('stands for a whole value or a part of one', async () => {
    const config = await fileConfig('    include: ["${env:A}", "${env:A}/x-${env:B}.log"]', {
      A: '/a',
      B: 'b',
    })
    expect(config.include).toEqual(['/a', '/a/x-b.log'])
  })

  it('is a string unless the field wants a number or a boolean', async () => {
    const env = { N: '0123', T: 'true' }
    expect(await fileConfig('    include: ${env:N}', env)).toMatchObject({ include: '0123' })
    expect(await fileConfig('    include: ${env:T}\n    follow: ${env:T}', env)).toMatchObject({
      include: 'true',
      follow: true,
    })
    const config = await load(
      GOOD.replace('detect:', 'detect: { threshold: "${env:N}", dedupe_by: "${env:N}" }'),
      { env },
    )
    expect(config.processors.get('detect')?.config).toMatchObject({ threshold: 123, dedupe_by: '0123' })
  })

  it('is not converted when it is not exactly a number or a boolean', async () => {
    for (const value of ['10 ', '1e', '0x10', 'ten', '', 'yes', '١٠']) {
      const text = GOOD.replace('detect:', 'detect: { threshold: "${env:N}" }')
      expect(await mistakes(text, { env: { N: value } })).toContain('"threshold" must be a whole number')
    }
  })

  it('may be a plain number of bytes, and one choice of several', async () => {
    expect(await fileConfig('    include: a\n    max_line_bytes: ${env:N}', { N: '100' })).toMatchObject({
      max_line_bytes: 100,
    })
    expect(await fileConfig('    include: a\n    max_line_bytes: ${env:N}', { N: '1KiB' })).toMatchObject({
      max_line_bytes: 1024,
    })
  })

  it('is not looked through for references again, and is no YAML', async () => {
    expect(await fileConfig('    include: ${env:A}', { A: '${env:B} $$ [x]' })).toMatchObject({
      include: '${env:B} $$ [x]',
    })
  })

  it('has a default for when the variable is unset or empty', async () => {
    expect(await fileConfig('    include: ${env:A:-b}')).toMatchObject({ include: 'b' })
    expect(await fileConfig('    include: ${env:A:-b}', { A: '' })).toMatchObject({ include: 'b' })
    expect(await fileConfig('    include: ${env:A:-b}', { A: 'c' })).toMatchObject({ include: 'c' })
    expect(await fileConfig('    include: a\n    follow: ${env:A:-true}')).toMatchObject({ follow: true })
    expect(await fileConfig('    include: ${env:A:-${env:B:-c}}')).toMatchObject({ include: 'c' })
  })

  it('may be empty where there is no default', async () => {
    expect(await fileConfig('    include: ${env:A}', { A: '' })).toMatchObject({ include: '' })
  })

  it('is taken from what the program gives, never from its own environment or from an object it inherits', async () => {
    const env = Object.create({ INHERITED: 'x' })
    const text = GOOD.replace('[a.ndjson]', '"${env:INHERITED}${env:toString}${env:PATH}"')
    const told = await mistakes(text, { env })
    for (const name of ['INHERITED', 'toString', 'PATH'])
      expect(told).toContain(`the environment variable "${name}" is not set`)
  })

  it('that does not exist is an error at its place, with the nearest name', async () => {
    const told = await mistakes(`receivers:\n  file:\n    include: logs/\${env:LOG_DRI}/x${REST}`, {
      env: { LOG_DIR: 'x' },
    })
    expect(told).toBe(
      [
        'lacuna.yaml:3:19: the environment variable "LOG_DRI" is not set',
        '      include: logs/${env:LOG_DRI}/x',
        '                    ^',
        'did you mean "LOG_DIR"?',
      ].join('\n'),
    )
  })

  it('is found in quoted and block text', async () => {
    const told = await mistakes(
      `receivers:\n  file:\n    include:\n      - "\\t\${env:A}"\n      - |\n        x\n        \${env:B}${REST}`,
    )
    expect(told).toContain('lacuna.yaml:4:12: the environment variable "A" is not set')
    expect(told).toContain('lacuna.yaml:7:9: the environment variable "B" is not set')
  })

  it('that is missing says nothing more about its field', async () => {
    const told = await mistakes(GOOD.replace('detect:', 'detect: { threshold: "${env:N}" }'))
    expect(told.match(/^\S/gm)?.length).toBe(2)
  })
})

describe('a value from a file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'lacuna-'))
  writeFileSync(join(directory, 'one'), 'a.ndjson\n')
  writeFileSync(join(directory, 'two'), 'a\n\n')
  writeFileSync(join(directory, 'dos'), 'a\r\n')
  writeFileSync(join(directory, 'number'), '12\n')

  it('drops one newline at its end and no more', async () => {
    expect(await fileConfig('    include: ${file:one}', {}, directory)).toMatchObject({ include: 'a.ndjson' })
    expect(await fileConfig('    include: ${file:two}', {}, directory)).toMatchObject({ include: 'a\n' })
    expect(await fileConfig('    include: ${file:dos}', {}, directory)).toMatchObject({ include: 'a' })
  })

  it('may be a number, and have a variable in its path', async () => {
    const text = GOOD.replace('detect:', 'detect: { threshold: "${file:${env:DIR}/number}" }')
    const config = await load(text, { env: { DIR: directory } })
    expect(config.processors.get('detect')?.config).toMatchObject({ threshold: 12 })
  })

  it('that cannot be read is an error at its place', async () => {
    const told = await mistakes(GOOD.replace('[a.ndjson]', '"${file:/no/such}"'))
    expect(told).toContain('lacuna.yaml:1:32: the file "/no/such": cannot be read: no such file')
    const hidden = await mistakes(GOOD.replace('[a.ndjson]', '"${file:/${env:S}}"'), {
      env: { S: 'hunter2' },
    })
    expect(hidden).toContain('the file: cannot be read: no such file')
    expect(hidden).not.toContain('hunter2')
  })
})
