import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CONFIG, directory, LACUNA, lacuna, launch } from './run-lacuna.fixture.ts'

/** A Node of this machine that is too old for the command. */
const older = (process.env.PATH ?? '')
  .split(':')
  .concat('/usr/bin', '/usr/local/bin')
  .map((path) => join(path, 'node'))
  .find((path) => existsSync(path) && majorOf(path) < 22)

function majorOf(node: string): number {
  return Number(/^v(\d+)/.exec(execFileSync(node, ['--version'], { encoding: 'utf8' }))?.[1])
}

describe.skipIf(older === undefined)('lacuna on an older Node', { timeout: 30_000 }, () => {
  const node = older ?? ''

  it('starts again on the pinned one, with its input, output and exit code', async () => {
    const cwd = directory({ 'c.yaml': CONFIG })
    const { child, ended } = launch(['run', '-c', 'c.yaml', '--set', 'receivers.file.include="-"'], {
      cwd,
      node,
    })
    child.stdin.end('one\n')
    const { code, stdout } = await ended
    expect(JSON.parse(stdout)).toMatchObject({ body: 'one' })
    expect(code).toBe(0)
    expect(await lacuna(['nonsense'], { cwd, node })).toMatchObject({ code: 2, stdout: '' })
  })

  it('passes a signal on, and the run drains', async () => {
    const cwd = directory({ 'c.yaml': CONFIG })
    const args = ['run', '-c', 'c.yaml', '--set', 'receivers.file.include="-"']
    const { child, ended, until } = launch(args, { cwd, node })
    child.stdin.write('one\n')
    await until('one')
    child.kill('SIGTERM')
    const { code, signal, stderr } = await ended
    expect(stderr).toMatch(/^1 record in /m)
    expect({ code, signal }).toEqual({ code: 0, signal: null })
  })

  it('says in one sentence what it needs where none is pinned', () => {
    const away = join(directory({ 'package.json': '{ "type": "module" }' }), 'bin')
    mkdirSync(away)
    copyFileSync(LACUNA, join(away, 'lacuna.js'))
    const command = `"${node}" "${join(away, 'lacuna.js')}" --version 2>&1; echo "exit $?"`
    const said = execFileSync('bash', ['-c', command], { cwd: tmpdir(), encoding: 'utf8' })
    expect(said).toMatch(/^lacuna: this needs Node 22\.19 or newer, and \S+ is \d+\.\d+\.\d+\nexit 2\n$/)
  })
})
