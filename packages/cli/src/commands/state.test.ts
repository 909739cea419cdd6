import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createStorageExtension } from '@lacuna/extension-storage'
import { silentLogger } from '@lacuna/sdk'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { lacuna } from '../run-lacuna.fixture.ts'

// The command starts as a process each time.
vi.setConfig({ testTimeout: 60_000 })

/** A storage with a position, a state and a hostile key; held until `stop`. */
async function stored() {
  const cwd = mkdtempSync(join(tmpdir(), 'lacuna-state-'))
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }))
  const directory = join(cwd, 'state')
  const config = { directory, checkpoint_interval: 1000, max_size: 2 ** 30, on_corruption: 'refuse' } as const
  const extension = createStorageExtension(config, { id: 'storage', logger: silentLogger })
  await extension.start?.()
  await extension.storage.commit([
    ['positions/file', 'file:/var/log/a.ndjson', Buffer.from('{"offset":4711}')],
    ['positions/file', 'file:/\u001b[31m\u202eevil', Buffer.from('1\u0007')],
    ['state/logs/zero', 'group', Buffer.of(0, 255, 1)],
  ])
  return { cwd, directory, stop: async () => extension.stop?.() }
}

describe('lacuna state', () => {
  it('inspect shows what is saved, and lets nothing act on the terminal', async () => {
    const { cwd, stop } = await stored()
    await stop()
    const { code, stdout } = await lacuna(['state', 'inspect', '--directory', 'state'], { cwd })
    expect(code).toBe(0)
    expect(stdout).toMatch(/^schema 1, made 20.* by Lacuna 0\.1\.0, id /m)
    expect(stdout).toMatch(/^positions\/file +2 +\d+ B$/m)
    expect(stdout).toMatch(/^state\/logs\/zero +1 +8 B$/m)
    expect(stdout).toContain('  file:/var/log/a.ndjson  {"offset":4711}\n')
    expect(stdout).toContain('file:/\\u001b[31m\\u202eevil  2 bytes')
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })

  it('export writes JSON lines with text as text and bytes as base64', async () => {
    const { cwd, stop } = await stored()
    await stop()
    const { code, stdout } = await lacuna(['state', 'export', '-d', 'state'], { cwd })
    expect(code).toBe(0)
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { space: 'positions/file', key: 'file:/\u001b[31m\u202eevil', base64: 'MQc=' },
      { space: 'positions/file', key: 'file:/var/log/a.ndjson', value: '{"offset":4711}' },
      { space: 'state/logs/zero', key: 'group', base64: 'AP8B' },
    ])
  })

  it('inspect and export work while a Lacuna has it; clear refuses and says who', async () => {
    const { cwd, stop } = await stored()
    const inspected = await lacuna(['state', 'inspect', '-d', 'state'], { cwd })
    expect(inspected.stdout).toContain('state, in use by a running Lacuna\n')
    expect((await lacuna(['state', 'export', '-d', 'state'], { cwd })).stdout.split('\n')).toHaveLength(4)
    const cleared = await lacuna(['state', 'clear', '-d', 'state', '--yes'], { cwd })
    expect(cleared).toMatchObject({ code: 1, stdout: '' })
    expect(cleared.stderr).toMatch(
      new RegExp(`^lacuna: .*state is in use by another Lacuna: process ${process.pid} on`),
    )
    await stop()
  })

  it('clear wants to be told, and then removes the storage and nothing else', async () => {
    const { cwd, directory, stop } = await stored()
    await stop()
    writeFileSync(join(directory, 'mine.txt'), '')
    const unsure = await lacuna(['state', 'clear', '-d', 'state'], { cwd })
    expect(unsure).toMatchObject({ code: 2, stdout: '' })
    expect(unsure.stderr).toContain('say --yes')
    expect(readdirSync(directory)).toContain('data.mdb')
    expect(await lacuna(['state', 'clear', '-d', 'state', '--yes'], { cwd })).toMatchObject({ code: 0 })
    expect(readdirSync(directory).sort()).toEqual(['lock', 'mine.txt'])
    const gone = await lacuna(['state', 'inspect', '-d', 'state'], { cwd })
    expect(gone.code).toBe(1)
    expect(gone.stderr).toMatch(/^lacuna: there is no storage in .*state\n$/)
  })

  it('names what is damaged', async () => {
    const { cwd, directory, stop } = await stored()
    await stop()
    writeFileSync(join(directory, 'data.mdb'), '')
    for (const command of ['inspect', 'export']) {
      const { code, stderr } = await lacuna(['state', command, '-d', 'state'], { cwd })
      expect(code).toBe(1)
      expect(stderr).toMatch(/data\.mdb is damaged: it is empty\n$/)
    }
    expect(await lacuna(['state', 'clear', '-d', 'state', '-y'], { cwd })).toMatchObject({ code: 0 })
  })

  it('shows its help, and wants a directory', async () => {
    const cwd = tmpdir()
    expect((await lacuna(['state', '--help'], { cwd })).stdout).toContain(
      'lacuna state export --directory ./state',
    )
    const missing = await lacuna(['state', 'inspect'], { cwd })
    expect(missing.code).toBe(2)
    expect(missing.stderr).toContain('--directory <path>')
  })
})
