import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { day } from './day.ts'

const COMMAND = fileURLToPath(new URL('../generate.ts', import.meta.url))
const directory = mkdtempSync(join(tmpdir(), 'sample-data-'))
const generate = (...args: string[]) =>
  spawnSync(process.execPath, [COMMAND, ...args], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })

afterAll(() => rmSync(directory, { recursive: true }))

describe('the generate command', () => {
  it('writes the day to standard output', () => {
    const { stdout, status } = generate('--out', '-')
    expect(status).toBe(0)
    expect(stdout === day().text).toBe(true)
  })

  it('writes a day of another seed to a file, with the truth beside it', () => {
    const out = join(directory, 'monday.ndjson')
    expect(generate('--seed', '7', '--out', out).status).toBe(0)
    const { text, truth } = day(7, 'monday.ndjson')
    expect(readFileSync(out, 'utf8') === text).toBe(true)
    expect(JSON.parse(readFileSync(join(directory, 'monday.truth.json'), 'utf8'))).toEqual(truth)
  })

  it('writes bulk records to standard output or a file', () => {
    const { stdout } = generate('--scenario', 'bulk', '--records', '300', '--groups', '2')
    expect(stdout.split('\n')).toHaveLength(301)
    const out = join(directory, 'bulk.ndjson')
    expect(generate('--scenario', 'bulk', '--records', '300', '--groups', '2', '--out', out).status).toBe(0)
    expect(readFileSync(out, 'utf8') === stdout).toBe(true)
  })

  it('ends in peace when nobody reads on', () => {
    const line = `"${process.execPath}" "${COMMAND}" --scenario bulk --records 50000 | head -1 > "${directory}/head"; echo "\${PIPESTATUS[0]}"`
    const { stdout, stderr } = spawnSync('bash', ['-c', line], { encoding: 'utf8' })
    expect([stdout, stderr]).toEqual(['0\n', ''])
  })

  it('shows its usage when asked', () => {
    const { stdout, status } = generate('--help')
    expect(status).toBe(0)
    expect(stdout).toContain('--scenario day|bulk')
  })

  it.each([
    [['--records', 'many', '--scenario', 'bulk'], '--records is a whole number from 1 to'],
    [['--scenario', 'bulk', '--groups', '0'], '--groups is a whole number from 1 to'],
    [['--seed', '1.5'], '--seed is a whole number from 0 to 4294967295, not "1.5".'],
    [['--scenario', 'week'], '--scenario is "day" or "bulk", not "week".'],
    [['--records', '5'], '--records and --groups belong to --scenario bulk'],
    [['--seed', '5'], 'The committed sample is that of seed 1; another day wants --out.'],
    [['--colour'], "Unknown option '--colour'."],
    [['day'], "Unexpected argument 'day'."],
  ])('says in one sentence what is wrong with %j and exits 2', (args, sentence) => {
    const { stderr, stdout, status } = generate(...args)
    expect(status).toBe(2)
    expect(stdout).toBe('')
    expect(stderr.startsWith(`generate: ${sentence}`)).toBe(true)
    expect(stderr.trimEnd()).not.toContain('\n')
  })

  it('says what it cannot write and exits 1', () => {
    const { stderr, status } = generate('--out', join(directory, 'no', 'such', 'place'))
    expect(status).toBe(1)
    expect(stderr).toContain('no such file or directory')
  })
})
