import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { blocks, read } from './markdown.ts'
import { documented, ROOT } from './options-table.ts'
import { lacuna, run, shell } from './shell.ts'

const README = read('README.md')
const folder = mkdtempSync(join(tmpdir(), 'lacuna-docs-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** What a reader may type and a test does not, and why not. */
const NOT_RUN: Readonly<Record<string, string>> = {
  'npm ci': 'would take away the modules that this test is using; .ci/run does it',
  'npm test': 'is what runs this test',
  'npm run check': 'is a step of .ci/run',
  'npm run fix': 'changes files',
  'npm run build': 'is a step of .ci/run',
  'npm run bench': 'takes minutes, and its numbers belong in no test',
}

const commands = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md']
  .flatMap((file) => blocks(read(file), 'sh'))
  .flatMap(({ text }) => text.replaceAll('\\\n', '').split('\n'))
  .map((line) => line.replace(/ +#.*$/, '').trim())
  .flatMap((line) => line.split(' && '))
  .filter((line) => line !== '' && !(line in NOT_RUN))

describe('the README', { timeout: 60_000 }, () => {
  it.each(commands)('has a command that runs: %s', async (command) => {
    const { code, stdout, stderr } = await shell(command)
    expect(code, stderr).toBe(0)
    expect(stdout).not.toBe('')
  })

  it('has commands at all, and the two that begin it', () => {
    expect(blocks(README, 'sh')[0]?.text).toBe('npm ci && npm start')
    expect(commands.length).toBeGreaterThan(5)
  })

  it('shows output as it is, with nothing but lines left out', async () => {
    const shown = blocks(README).filter(({ above }) => above === '<!-- output: npm start -->')
    expect(shown).toHaveLength(2)
    const pretty = ['--set', 'exporters.stdout.format=pretty']
    const { stdout, stderr } = await lacuna('run', '--config', 'configs/quickstart.yaml', ...pretty)
    for (const { text } of shown) {
      const real = `${stdout}\n${stderr}`.split('\n')
      for (const line of text.split('\n').filter((each) => each !== '│ …')) {
        const place = real.indexOf(line)
        expect(place, `in this order: ${line}`).not.toBe(-1)
        real.splice(0, place + 1)
      }
    }
  })

  const configurations = blocks(README, 'yaml').map(({ text }) => text)

  it.each(configurations)('has a configuration that is valid: %s', async (text) => {
    const file = join(folder, 'readme.yaml')
    writeFileSync(file, text)
    // What is no whole configuration changes one.
    const files = text.includes('service:') ? [file] : ['configs/quickstart.yaml', file]
    expect(await lacuna('validate', '--config', ...files)).toMatchObject({ code: 0, stderr: '' })
  })

  it('shows a mistake as the command tells it', async () => {
    const shown = blocks(README, 'text').find(({ text }) => text.startsWith('lacuna.yaml:'))
    const at = join(folder, 'lacuna.yaml')
    const [, , ...rest] = (configurations[0] ?? '').split('\n')
    writeFileSync(
      at,
      ['receivers:', '  file:', '    include: [a]', '    folow: false', ...rest.slice(1)].join('\n'),
    )
    const { code, stderr } = await lacuna('validate', '--config', at)
    expect(code).toBe(2)
    expect(stderr.replace(`${folder}/`, '')).toContain(shown?.text)
  })

  it('has TypeScript that compiles', async () => {
    const files = blocks(README, 'ts').map(({ text }, place) => {
      writeFileSync(join(folder, `block-${place}.ts`), text)
      return `block-${place}.ts`
    })
    expect(files.length).toBeGreaterThan(1)
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: join(ROOT, 'tsconfig.base.json'), compilerOptions: { noEmit: true }, files }),
    )
    const { code, stdout } = await run(join(ROOT, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.json'], folder)
    expect(stdout).toBe('')
    expect(code).toBe(0)
  })

  it('lists every component that is built in, with its README', async () => {
    for (const { factory, readme } of await documented())
      expect(README).toContain(`[\`${factory.type}\`](${readme}) ${factory.kind}`)
  })
})
