import { describe, expect, it } from 'vitest'
import { naiveAlerts } from '../e2e/naive-detector.fixture.ts'
import { type InputOptions, makeInput } from './input.ts'

const options: InputOptions = { seed: 5, records: 600, resources: 10, sources: 2 }
const rule = { size: 3_600_000, threshold: 10, recoverBelow: 5, now: Date.parse('2027-01-01T00:00:00Z') }

describe('the input of a run', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(makeInput(options)).toEqual(makeInput(options))
    expect(makeInput({ ...options, seed: 6 }).sources).not.toEqual(makeInput(options).sources)
  })

  it('holds episodes, near misses, duplicates, disorder, envelopes and lines that are no JSON', () => {
    const { sources, sentinels } = makeInput(options)
    const lines = sources.flat()
    const alerts = sources.flatMap((source) => naiveAlerts(source.join('\n'), rule))
    expect(alerts.filter((alert) => alert.includes(' open ')).length).toBeGreaterThan(10)
    expect(new Set(lines).size).toBeLessThan(lines.length)
    expect(lines.filter((line) => line.startsWith('{"records"')).length).toBeGreaterThan(0)
    expect(lines.filter((line) => !line.endsWith('}')).length).toBeGreaterThan(0)
    const times = lines.map((line) => line.slice(9, 36)).filter((time) => time.startsWith('2026'))
    expect(times).not.toEqual(times.toSorted())
    for (const name of sentinels) expect(alerts.some((alert) => alert.startsWith(`${name} open`))).toBe(true)
  })
})
