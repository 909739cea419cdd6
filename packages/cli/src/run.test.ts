import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CONFIG, directory, LACUNA, lacuna, launch } from './run-lacuna.fixture.ts'

const THREE = 'one\ntwo\nthree\n'
const RUN = ['run', '--config', 'c.yaml']
const STDIN = [...RUN, '--set', 'receivers.file.include="-"']

describe('lacuna run', { timeout: 30_000 }, () => {
  it('reads to the end, writes only what exporters write to standard output, the accounting to the other', async () => {
    const cwd = directory({ 'c.yaml': CONFIG, 'logs.ndjson': THREE })
    const { code, stdout, stderr } = await lacuna(RUN, { cwd })
    const bodies = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { body: string }).body)
    expect(bodies).toEqual(['one', 'two', 'three'])
    expect(stderr).toMatch(/^3 records in .*, 0 alerts$/m)
    expect(stderr).toMatch(/^exporter +stdout +3 +- +3 +- +-$/m)
    expect(stderr).not.toContain('\u001b')
    expect(code).toBe(0)
  })

  it('writes the accounting as JSON, whole, in place of what was there', async () => {
    const cwd = directory({ 'c.yaml': CONFIG, 'logs.ndjson': THREE, 's.json': 'old' })
    const { code } = await lacuna([...RUN, '--summary', 's.json'], { cwd })
    const summary = JSON.parse(readFileSync(join(cwd, 's.json'), 'utf8'))
    expect(summary.components).toMatchObject([
      { kind: 'receiver', id: 'file', in: 3, out: 3 },
      { kind: 'exporter', id: 'stdout', in: 3 },
    ])
    expect(summary.ended).not.toBeNull()
    expect(readdirSync(cwd).toSorted()).toEqual(['c.yaml', 'logs.ndjson', 's.json'])
    expect(code).toBe(0)
  })

  it('does not start when the accounting could not be written', async () => {
    const cwd = directory({ 'c.yaml': CONFIG, 'logs.ndjson': THREE })
    mkdirSync(join(cwd, 'there'))
    for (const path of ['there', 'missing/s.json', 'logs.ndjson/s.json']) {
      const { code, stdout, stderr } = await lacuna([...RUN, '--summary', path], { cwd })
      expect(stderr).toMatch(/^lacuna: cannot write --summary [^\n]+\n$/)
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    }
  })

  it('says in one line that no file matches, and fails', async () => {
    const cwd = directory({ 'c.yaml': CONFIG })
    const { code, stdout, stderr } = await lacuna(RUN, { cwd })
    expect(stderr).toMatch(/^lacuna: file: no file matches logs\.ndjson[^\n]*\n$/)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  })

  it('tells every mistake of a configuration at once, and starts nothing', async () => {
    const broken = CONFIG.replace('include:', 'inclde:').replace('format: json', 'format: xml')
    const cwd = directory({ 'c.yaml': broken, 'logs.ndjson': THREE })
    for (const command of ['run', 'validate']) {
      const { code, stdout, stderr } = await lacuna([command, '--config', 'c.yaml'], { cwd })
      expect(stderr).toMatch(/^c\.yaml:3:5: unknown key "inclde"/m)
      expect(stderr).toContain('did you mean "include"?')
      expect(stderr).toMatch(/^c\.yaml:7:13: /m)
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    }
  })

  it('takes a component that refuses to be made for a mistake in its configuration', async () => {
    const plugin = `import { defineProcessor, LacunaError } from '@lacuna/sdk'
      import { z } from 'zod'
      export default defineProcessor({ type: 'picky', description: 'Refuses.', config: z.strictObject({}),
        create(_, host) { throw new LacunaError('no', 'this cannot be', { component: host.id }) } })`
    const config = CONFIG.replace('exporters:\n', 'processors: { picky: }\nexporters:\n').replace(
      'receivers: [file],',
      'receivers: [file], processors: [picky],',
    )
    const cwd = directory({ 'c.yaml': config, 'picky.ts': plugin, 'logs.ndjson': THREE })
    for (const command of ['run', 'validate']) {
      const { code, stderr } = await lacuna([command, '-c', 'c.yaml', '--plugin', 'picky.ts'], { cwd })
      expect(stderr).toBe('lacuna: picky: this cannot be\n')
      expect(code).toBe(2)
    }
  })

  it('ends well when the reader of its output has seen enough', () => {
    const cwd = directory({ 'c.yaml': CONFIG, 'logs.ndjson': 'a line of the log\n'.repeat(200_000) })
    const command = `"${process.execPath}" "${LACUNA}" run -c c.yaml 2>err | head -1; echo "\${PIPESTATUS[0]}"`
    const [line = '', code] = execFileSync('bash', ['-c', command], { cwd, encoding: 'utf8' }).split('\n')
    expect(JSON.parse(line)).toMatchObject({ body: 'a line of the log' })
    expect(code).toBe('0')
    expect(readFileSync(join(cwd, 'err'), 'utf8')).toContain('closed')
  })

  it('ends well when nobody reads its standard error', async () => {
    const cwd = directory({ 'c.yaml': CONFIG, 'logs.ndjson': THREE })
    const { child, ended } = launch(RUN, { cwd })
    child.stderr.destroy()
    const { code, stdout } = await ended
    expect(stdout.split('\n')).toHaveLength(4)
    expect(code).toBe(0)
  })

  it.skipIf(!existsSync('/dev/full'))('fails when records could not be delivered', () => {
    const cwd = directory({ 'c.yaml': CONFIG, 'logs.ndjson': THREE })
    const command = `"${process.execPath}" "${LACUNA}" run -c c.yaml 2>err >/dev/full; echo $?`
    expect(execFileSync('bash', ['-c', command], { cwd, encoding: 'utf8' }).trim()).toBe('1')
    expect(readFileSync(join(cwd, 'err'), 'utf8')).toMatch(/^lacuna: 3 records could not be delivered/m)
  })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'drains on %s while its input stays open, and ends well',
    async (signal) => {
      const cwd = directory({ 'c.yaml': CONFIG })
      const { child, ended, until } = launch([...STDIN, '--summary', 's.json'], { cwd })
      child.stdin.write('one\ntwo\n')
      await until('two')
      child.kill(signal)
      const { code, stderr } = await ended
      expect(stderr).toMatch(/^2 records in /m)
      expect(JSON.parse(readFileSync(join(cwd, 's.json'), 'utf8')).components[0]).toMatchObject({
        in: 2,
        out: 2,
      })
      expect(code).toBe(0)
    },
  )

  it('ends at once on a second signal, and says by which', async () => {
    const plugin = `import { defineExporter } from '@lacuna/sdk'
      import { z } from 'zod'
      export default defineExporter({ type: 'stuck', description: 'Never delivers.', config: z.strictObject({}),
        create: () => ({ export() { process.stdout.write('stuck'); return new Promise(() => {}) },
          stop() { process.stdout.write('stopped') } }) })`
    const config = CONFIG.replace('  stdout:\n    format: json', '  stuck:').replace('[stdout]', '[stuck]')
    const cwd = directory({ 'c.yaml': config, 'stuck.ts': plugin })
    const { child, ended, until } = launch([...STDIN, '--plugin', 'stuck.ts', '--summary', 's.json'], { cwd })
    child.stdin.write('one\n')
    await until('stuck')
    child.kill('SIGINT')
    child.kill('SIGTERM')
    const { code } = await ended
    expect(code === 130 || code === 143).toBe(true)
    const [, exporter] = JSON.parse(readFileSync(join(cwd, 's.json'), 'utf8')).components
    expect(exporter).toMatchObject({ id: 'stuck', dropped: { deadline: 1 } })
  })

  it('says in one line what nobody caught', async () => {
    const plugin = `import { defineProcessor } from '@lacuna/sdk'
      import { z } from 'zod'
      export default defineProcessor({ type: 'careless', description: 'Throws later.', config: z.strictObject({}),
        create: () => ({ start() { setTimeout(() => { throw new Error('oh\\nno') }) }, process: (batch) => batch.records }) })`
    const config = CONFIG.replace('exporters:\n', 'processors: { careless: }\nexporters:\n').replace(
      'receivers: [file],',
      'receivers: [file], processors: [careless],',
    )
    const cwd = directory({ 'c.yaml': config, 'careless.ts': plugin })
    const args = [...STDIN, '--plugin', 'careless.ts']
    const { code, stderr } = await launch(args, { cwd, env: { LACUNA_DEBUG: '' } }).ended
    expect(stderr).toBe('lacuna: oh no\n')
    expect(code).toBe(1)
    const debug = await launch(args, { cwd, env: { LACUNA_DEBUG: '1' } }).ended
    expect(debug.stderr).toContain('careless.ts:')
  })
})
