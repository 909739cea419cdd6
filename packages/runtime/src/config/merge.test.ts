import { describe, expect, it } from 'vitest'
import { GOOD, load, mistakes } from './fakes.fixture.ts'

const detect = async (...texts: string[]) => (await load([GOOD, ...texts])).processors.get('detect')?.config
const file = async (...texts: string[]) => (await load([GOOD, ...texts])).receivers.get('file')?.config

describe('several files', () => {
  it('merge maps, the later one over the earlier', async () => {
    const over = [
      'processors: { detect: { threshold: 5, ratio: 0.1 } }',
      'processors: { detect: { threshold: 6 } }',
    ]
    expect(await detect(...over)).toMatchObject({ threshold: 6, ratio: 0.1 })
  })

  it('replace lists', async () => {
    expect(await file('receivers: { file: { include: [b, c] } }')).toMatchObject({ include: ['b', 'c'] })
  })

  it('take a bare key for an empty map, which takes nothing away', async () => {
    const over = 'receivers:\nprocessors:\n  detect:\nservice:\n  pipelines:\n    logs:\n'
    expect(await file(over)).toMatchObject({ include: ['a.ndjson'] })
  })

  it('let an explicit null replace', async () => {
    expect(await mistakes([GOOD, 'receivers: { file: null }'])).toContain(
      'missing key "include" in receivers.file',
    )
    expect(await detect('processors: { detect: { dedupe_by: null } }')).toMatchObject({ dedupe_by: null })
    expect(await detect('processors:\n  detect:\n    dedupe_by:\n')).toMatchObject({ dedupe_by: null })
  })

  it('tell a mistake at the place in the file that it came from', async () => {
    const told = await mistakes([
      GOOD,
      'processors:\n  detect:\n    threshold: x\n',
      'receivers: { file: { folow: 1 } }',
    ])
    expect(told).toContain('over-1.yaml:3:16: "threshold" must be')
    expect(told).toContain('over-2.yaml:1:22: unknown key "folow" in receivers.file')
    expect(told).not.toContain('lacuna.yaml')
  })

  it('take a bare key within a component for a map where a map is wanted', async () => {
    expect(await detect('processors:\n  detect:\n    limits:\n      deep:\n')).toMatchObject({
      limits: { groups: 1000, deep: { on: true } },
    })
  })
})
