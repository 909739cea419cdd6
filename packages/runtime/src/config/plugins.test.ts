import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ConfigError } from './diagnostics.ts'
import { components, SERVICE } from './fakes.fixture.ts'
import { loadAll } from './load-all.ts'
import { loadConfig } from './load-config.ts'

const directory = mkdtempSync(join(tmpdir(), 'lacuna-'))
mkdirSync(join(directory, 'conf/plugins'), { recursive: true })
const zod = JSON.stringify(import.meta.resolve('zod'))

function plugin(path: string, exported: string): string {
  const source = `import { z } from ${zod}
const make = (type, apiVersion = 1, kind = 'processor') => ({
  apiVersion, kind, type, description: 'x',
  config: z.strictObject({ name: z.string().default('n').describe('A name.') }), create: () => ({}),
})
export default ${exported}
`
  writeFileSync(join(directory, path), source)
  return path
}

function config(plugins: string, processor = 'tag'): string {
  const text = `${plugins}\nreceivers: { file: { include: a } }\nprocessors: { ${processor}: }\nexporters: { stdout: }${SERVICE.replace('detect', processor)}`
  writeFileSync(join(directory, 'conf/lacuna.yaml'), text)
  return 'conf/lacuna.yaml'
}

async function told(file: string, plugins: string[] = []): Promise<string> {
  try {
    await loadConfig({ files: [file], components, cwd: directory, plugins })
    return ''
  } catch (error) {
    if (error instanceof ConfigError) return error.format()
    throw error
  }
}

describe('plugins', () => {
  it('bring components, from a module beside the file that names it', async () => {
    plugin('conf/plugins/tag.mjs', `make('tag')`)
    const checked = await loadConfig({
      files: [config('plugins: [plugins/tag.mjs]')],
      components,
      cwd: directory,
    })
    expect(checked.processors.get('tag')).toMatchObject({ id: 'tag', config: { name: 'n' } })
  })

  it('may be TypeScript, and bring several', async () => {
    writeFileSync(
      join(directory, 'conf/two.ts'),
      `import { z } from ${zod}
const make = (type: string) => ({ apiVersion: 1 as const, kind: 'processor', type, description: 'x', config: z.strictObject({}), create: () => ({}) })
export default [make('one'), make('two')]
`,
    )
    expect(await told(config('plugins: [./two.ts]', 'two'))).toBe('')
  })

  it('may be named on the command line, relative to the working directory', async () => {
    plugin('line.mjs', `make('line')`)
    expect(await told(config('', 'line'), ['line.mjs'])).toBe('')
    expect(await told(config('', 'line'), ['nope.mjs'])).toContain('--plugin nope.mjs: plugin')
  })

  it('may be named twice', async () => {
    plugin('conf/plugins/tag.mjs', `make('tag')`)
    expect(
      await told(config('plugins: [plugins/tag.mjs, ./plugins/tag.mjs]'), ['conf/plugins/tag.mjs']),
    ).toBe('')
  })

  it('of another apiVersion are refused by name', async () => {
    plugin('conf/old.mjs', `[make('sentiment', 2), make('tag')]`)
    const text = await told(config('plugins:\n  - ./old.mjs'))
    expect(text).toContain('conf/lacuna.yaml:2:5: plugin ')
    expect(text).toContain(
      'conf/old.mjs": the component "sentiment" is written for apiVersion 2; this Lacuna supports apiVersion 1',
    )
    expect(text).toContain('\n    - ./old.mjs\n      ^')
  })

  it.each([
    ['./missing.mjs', undefined, 'cannot be loaded: no such file'],
    ['./syntax.mjs', '}{', 'cannot be loaded: '],
    ['./throws.mjs', '(() => { throw new Error("at start") })()', 'cannot be loaded: at start'],
    ['./nothing.mjs', 'undefined', 'it has no default export'],
    ['./number.mjs', '5', 'it is no component'],
    ['./kind.mjs', `make('tag', 1, 'thing')`, 'the component "tag" has no known kind'],
    ['./type.mjs', `make('Tag')`, 'the component "Tag" needs a type in lower_snake_case'],
    ['./schema.mjs', `({ ...make('tag'), config: {} })`, 'the component "tag" has no config schema'],
    ['./create.mjs', `({ ...make('tag'), create: 1 })`, 'the component "tag" has no create function'],
    ['./taken.mjs', `make('detect')`, 'there is a processor of type "detect" already'],
    ['.', undefined, 'it is not a file'],
  ])('that are wrong are refused at their place: %s', async (path, exported, message) => {
    if (exported !== undefined) plugin(join('conf', path), exported)
    const text = await told(config(`plugins: [${path}]`, 'detect'))
    expect(text).toContain('conf/lacuna.yaml:1:11: plugin ')
    expect(text).toContain(message)
  })

  it('are not also told to be missing as a type', async () => {
    expect(await told(config('plugins: [./gone.mjs]'))).not.toContain('no processor of type')
  })

  it('are a list of paths', async () => {
    expect(await told(config('plugins: ./x.mjs', 'detect'))).toContain(
      '"plugins" wants a list of paths, got a string',
    )
    expect(await told(config('plugins: [5]', 'detect'))).toContain('a plugin is a path, got a number')
  })
})

describe('loadAll', () => {
  it('gives every component there is, those of plugins too', async () => {
    plugin('line.mjs', `make('line')`)
    const factories = await loadAll(components, { plugins: ['line.mjs'], cwd: directory })
    expect(factories.map(({ type }) => type).sort()).toEqual([
      'detect',
      'file',
      'line',
      'slack',
      'stdout',
      'storage',
    ])
  })

  it('says what is wrong with a plugin', async () => {
    await expect(loadAll(components, { plugins: ['nope.mjs'], cwd: directory })).rejects.toThrow(
      'no such file',
    )
  })
})
