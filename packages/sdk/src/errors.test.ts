import { describe, expect, it } from 'vitest'
import { LacunaError, PartialError, PermanentError, RetryableError } from './errors.ts'

describe('an error', () => {
  it('has the id of the component in front of its sentence', () => {
    const error = new LacunaError('no_input', 'no file matches logs/*.ndjson', { component: 'file/a' })
    expect(error.message).toBe('file/a: no file matches logs/*.ndjson')
    expect([error.code, error.component, error.name]).toEqual(['no_input', 'file/a', 'LacunaError'])
  })

  it('is the bare sentence without a component', () => {
    const error = new LacunaError('x', 'a sentence')
    expect([error.message, error.component]).toEqual(['a sentence', undefined])
  })

  it('keeps its cause, and has none where none was given', () => {
    const cause = new Error('below')
    expect(new LacunaError('x', 'y', { cause }).cause).toBe(cause)
    expect('cause' in new LacunaError('x', 'y')).toBe(false)
  })

  it('says by its class what an exporter may do next', () => {
    const permanent = new PermanentError('refused', { component: 'otlp' })
    const retryable = new RetryableError('busy', { retryAfter: 1500 })
    const partial = new PartialError('two refused', [1, 4], { component: 'otlp' })
    expect([permanent.code, permanent.name]).toEqual(['permanent', 'PermanentError'])
    expect([retryable.code, retryable.retryAfter]).toEqual(['retryable', 1500])
    expect([partial.code, partial.failed, partial.message]).toEqual(['partial', [1, 4], 'otlp: two refused'])
    for (const error of [permanent, retryable, partial]) expect(error).toBeInstanceOf(LacunaError)
  })

  it('has no delay where the other side asked for none', () => {
    expect(new RetryableError('busy').retryAfter).toBeUndefined()
  })
})
