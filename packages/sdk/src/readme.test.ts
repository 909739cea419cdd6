import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('../../..', import.meta.url))
const readme = fileURLToPath(new URL('../README.md', import.meta.url))

interface Block {
  readonly language: string
  /** From the comment in its first line. */
  readonly file: string | undefined
  readonly code: string
}

async function blocks(): Promise<Block[]> {
  const text = await readFile(readme, 'utf8')
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', code = '']) => ({
    language,
    file: /^\/\/ (\S+)\n/.exec(code)?.[1],
    code,
  }))
}

// The page's blocks become a package of a plugin's author, which is then checked and run as theirs would be.
describe('the code in the README', () => {
  let home = ''

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'lacuna-readme-'))
    await symlink(join(root, 'node_modules'), join(home, 'node_modules'))
    await writeFile(join(home, 'package.json'), JSON.stringify({ type: 'module' }))
    const tsconfig = {
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: { noEmit: true, declaration: false, declarationMap: false },
      include: ['src'],
    }
    await writeFile(join(home, 'tsconfig.json'), JSON.stringify(tsconfig))
    for (const { file, code } of await blocks()) {
      if (file === undefined) continue
      await mkdir(dirname(join(home, file)), { recursive: true })
      await writeFile(join(home, file), code)
    }
  })

  afterAll(() => rm(home, { recursive: true, force: true }))

  it('has the name of its file in front, all of it, so that none is left out here', async () => {
    const found = await blocks()
    expect(found.length).toBeGreaterThan(3)
    for (const block of found) {
      expect(block.language).toBe('ts')
      expect(block.file).toMatch(/^src\/.*\.ts$/)
    }
  })

  it('has the right types', async () => {
    const tsc = await realpath(join(root, 'node_modules/.bin/tsc'))
    const { stdout } = await run(process.execPath, [tsc, '-p', home]).catch((error) => error)
    expect(stdout).toBe('')
  }, 60_000)

  it('runs, and its tests pass', async () => {
    const files = (await blocks()).flatMap(({ file }) => (file === undefined ? [] : [file]))
    for (const file of files.filter((name) => !name.endsWith('.test.ts'))) {
      await run(process.execPath, ['--conditions=source', file], { cwd: home })
    }
    const tests = files.filter((name) => name.endsWith('.test.ts'))
    const { stdout } = await run(process.execPath, ['--conditions=source', '--test', ...tests], { cwd: home })
    expect(stdout).toMatch(/fail 0/)
    expect(stdout).toMatch(/pass [1-9]/)
  }, 60_000)

  it('shows the processor that the documentation of `defineProcessor` shows', async () => {
    const [example] = await blocks()
    const source = await readFile(new URL('./component.ts', import.meta.url), 'utf8')
    const documented = /```ts\n( \* export default defineProcessor.*?) \* ```/s.exec(source)?.[1] ?? 'nothing'
    expect(squeezed(example?.code ?? '')).toContain(squeezed(documented.replaceAll(/^ \* /gm, '')))
  })
})

/** Code without what a formatter decides: white space, last commas, parentheses of one parameter. */
function squeezed(code: string): string {
  return code
    .replaceAll(/\s+/g, '')
    .replaceAll(/,([})])/g, '$1')
    .replaceAll(/\((\w+)\)=>/g, '$1=>')
}
