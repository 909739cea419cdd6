import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { LogRecord } from '@lacuna/sdk'
import { describe, expect, it } from 'vitest'
import { watchLogs } from './service.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const DAY = here('../../sample-data/sample/azure-openai-day.ndjson')

describe('a service with Lacuna inside', { timeout: 30_000 }, () => {
  it('is handed the alerts of the sample day, with their evidence', async () => {
    const alerts: LogRecord[] = []
    const pipeline = await watchLogs([DAY], (alert) => void alerts.push(alert))
    await pipeline.start()
    await pipeline.done
    const opened = alerts.filter((alert) => alert.get('lacuna.alert.status') === 'open')
    expect(opened.length).toBeGreaterThan(0)
    for (const alert of opened) {
      expect(alert.eventName).toBe('lacuna.alert')
      expect(alert.get('azure.resource.name')).toEqual(expect.any(String))
      expect(alert.get('lacuna.alert.count')).toBeGreaterThanOrEqual(10)
    }
    const lines = readFileSync(DAY, 'utf8').trim().split('\n').length
    const { components } = pipeline.counters()
    expect(components.find(({ kind }) => kind === 'receiver')?.in).toBeLessThanOrEqual(lines)
    expect(components.find(({ id }) => id === 'in_memory')).toMatchObject({ in: alerts.length, dropped: {} })
  })

  it('stops when the service says so', async () => {
    const stop = new AbortController()
    stop.abort()
    const alerts: LogRecord[] = []
    const pipeline = await watchLogs([DAY], (alert) => void alerts.push(alert), stop.signal)
    await pipeline.start()
    await pipeline.done
    expect(alerts).toEqual([])
  })

  it('prints what it was told when started as a program', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=source', here('./main.ts')])
    expect(stdout).toMatch(/^open {5}\S+ answers with nothing/m)
    expect(stdout).toMatch(/^\d+ records read$/m)
  })
})
