import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const lacuna = (...args: string[]) =>
  promisify(execFile)(process.execPath, ['packages/cli/bin/lacuna.js', ...args], {
    cwd: root,
    maxBuffer: 2 ** 26,
  })

describe('pipeline.yaml', { timeout: 30_000 }, () => {
  it('runs the processor that it names, on the sample day', async () => {
    const { stdout } = await lacuna('run', '--config', 'examples/custom-processor/pipeline.yaml')
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { timestamp: string; attributes: Record<string, unknown> })
    expect(records.length).toBeGreaterThan(1000)
    for (const { timestamp, attributes } of records) {
      // The sample is a Monday in September: Berlin is two hours ahead of UTC.
      const hour = (Number(timestamp.slice(11, 13)) + 2) % 24
      if (!timestamp.startsWith('2026-09-14T') || hour < 2) continue
      expect(attributes['office_hours.outside'] === true, timestamp).toBe(hour < 8 || hour >= 18)
    }
  })

  it('shows its options like those of any other', async () => {
    const plugin = 'examples/custom-processor/src/index.ts'
    const { stdout } = await lacuna('components', 'office_hours', '--plugin', plugin)
    expect(stdout).toMatch(/^ {2}time_zone\n {4}string, default UTC\n/m)
  })
})
