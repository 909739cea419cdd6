import { describe, expect, it } from 'vitest'
import { oneSentence } from './program.ts'
import { CONFIG, directory, lacuna } from './run-lacuna.fixture.ts'

const TAG = `import { defineProcessor } from '@lacuna/sdk'
import { z } from 'zod'

interface Settings { readonly name: string }

export default defineProcessor({
  type: 'tag',
  description: 'Adds one attribute.',
  config: z.strictObject({ name: z.string().default('seen').describe('The attribute.') }),
  create: ({ name }: Settings) => ({
    mutates: true,
    process(batch) {
      for (const record of batch.records) record.attributes[name] = true
      return batch.records
    },
  }),
})
`
const TAGGED = CONFIG.replace('exporters:\n', 'processors: { tag: }\nexporters:\n').replace(
  'receivers: [file],',
  'receivers: [file], processors: [tag],',
)

describe('the command line', { timeout: 30_000 }, () => {
  const cwd = directory({
    'c.yaml': CONFIG,
    'tagged.yaml': TAGGED,
    'tag.ts': TAG,
    'old.ts': TAG.replace('export default ', 'const factory = ').concat(
      'export default { ...factory, apiVersion: 2 }\n',
    ),
    'logs.ndjson': 'one\n',
  })
  const call = (...args: string[]) => lacuna(args, { cwd })

  it('prints its version, and help with examples', async () => {
    const [version, help, runHelp] = await Promise.all([
      call('--version'),
      call('--help'),
      call('run', '--help'),
    ])
    expect(version).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
    for (const each of [help, runHelp]) {
      expect(each).toMatchObject({ code: 0, stderr: '' })
      expect(each.stdout).toContain('Examples:\n  lacuna run --config lacuna.yaml\n')
    }
  })

  it.each([
    [['rnu'], /^lacuna: unknown command 'rnu', did you mean run\?\n$/],
    [['run', '--confg', 'c.yaml'], /^lacuna: unknown option '--confg', did you mean --config\?\n$/],
    [['run'], /^lacuna: there is no configuration to read: [^\n]+\n$/],
    [['run', '--config', 'c.yaml', '--summary'], /^lacuna: option '--summary <file>' argument missing\n$/],
    [['validate', 'c.yaml'], /^lacuna: too many arguments[^\n]+\n$/],
    [['components', 'fle'], /^lacuna: there is no component "fle"; did you mean "file"\?\n$/],
    [['components', 'file', '--json-schema'], /^lacuna: --json-schema [^\n]+\n$/],
    [[], /^Usage: lacuna /],
  ])('refuses %j in one sentence and with the code for wrong usage', async (args, text) => {
    const { code, stdout, stderr } = await call(...args)
    expect(stderr).toMatch(text)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('validates, and says so in one line', async () => {
    const { code, stdout, stderr } = await call('validate', '--config', 'c.yaml')
    expect(stdout).toBe('configuration is valid: 1 pipeline (logs), 2 components\n')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })

  it('mentions what does not run, and goes on', async () => {
    const { code, stdout, stderr } = await call(
      'validate',
      '-c',
      'c.yaml',
      '--set',
      'exporters.stdout/two={}',
    )
    expect(stderr).toContain('the exporter "stdout/two" does not run')
    expect(stdout).toMatch(/^configuration is valid/)
    expect(code).toBe(0)
  })

  it('uses a TypeScript plugin that lies anywhere, with the sdk of the command', async () => {
    const { code, stdout, stderr } = await call('run', '--config', 'tagged.yaml', '--plugin', './tag.ts')
    expect(JSON.parse(stdout)).toMatchObject({ body: 'one', attributes: { seen: true } })
    expect(stderr).not.toContain('Warning')
    expect(code).toBe(0)
  })

  it('refuses a plugin of another apiVersion by name', async () => {
    const { code, stdout, stderr } = await call('run', '--config', 'tagged.yaml', '--plugin', './old.ts')
    expect(stderr).toContain('the component "tag" is written for apiVersion 2')
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })

  it('lists the components, and the options of one from its schema', async () => {
    const [list, file, tag] = await Promise.all([
      call('components'),
      call('components', 'file'),
      call('components', 'tag', '--plugin', './tag.ts'),
    ])
    for (const type of ['file', 'field_mapping', 'zero_length_response', 'stdout'])
      expect(list.stdout).toMatch(new RegExp(`^  ${type} +[A-Z]`, 'm'))
    expect(file.stdout).toMatch(/^ {2}max_line_bytes\n {4}size, default 1MiB\n {4}Longest line/m)
    expect(file.stdout).toMatch(/^ {2}include\n {4}[^\n]+, required\n/m)
    expect(tag.stdout).toMatch(/^ {2}name\n {4}string, default seen\n {4}The attribute\./m)
  })

  it('prints the JSON Schema of a configuration for editors', async () => {
    const { stdout } = await call('components', '--json-schema', '--plugin', './tag.ts')
    const schema = JSON.parse(stdout)
    expect(Object.keys(schema.$defs)).toEqual(expect.arrayContaining(['receiver.file', 'processor.tag']))
  })
})

describe('oneSentence', () => {
  it('keeps a message without a hint, and takes the hint into the sentence', () => {
    expect(oneSentence("error: unknown command 'x'\n")).toBe("lacuna: unknown command 'x'\n")
    expect(oneSentence("error: unknown option '-x'\n(Did you mean one of -a, -b?)\n")).toBe(
      "lacuna: unknown option '-x', did you mean one of -a, -b?\n",
    )
  })
})
