import { ConfigError } from '@lacuna/runtime'
import { LacunaError } from '@lacuna/sdk'
import { describe, expect, it } from 'vitest'
import { describeFailure } from './failure.ts'
import { UsageError } from './usage-error.ts'

describe('describeFailure', () => {
  it('shows the mistakes of a configuration as they stand', () => {
    const error = new ConfigError([{ code: 'missing', where: 'c.yaml:1:1', message: 'no service' }])
    expect(describeFailure(error, false)).toEqual({ text: 'c.yaml:1:1: no service\n', exitCode: 2 })
  })

  it('tells wrong usage from a failed run', () => {
    expect(describeFailure(new UsageError('no file'), false)).toEqual({
      text: 'lacuna: no file\n',
      exitCode: 2,
    })
    const failed = new LacunaError('broken', 'it broke', { component: 'file' })
    expect(describeFailure(failed, false)).toEqual({ text: 'lacuna: file: it broke\n', exitCode: 1 })
  })

  it('keeps anything else on one line that cannot act on a terminal, with the stack only when asked', () => {
    const error = new Error('two\nlines \u001b[2J')
    expect(describeFailure(error, false).text).toBe('lacuna: two lines \ufffd[2J\n')
    expect(describeFailure(error, true).text).toContain('failure.test.ts')
    expect(describeFailure(Object.create(null), false).text).toBe('lacuna: an error that cannot be shown\n')
    expect(describeFailure(new Error('x'.repeat(10_000)), false).text.length).toBeLessThan(2100)
  })
})
