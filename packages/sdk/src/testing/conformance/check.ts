import assert from 'node:assert/strict'

/** One thing that a contract asks for. Free of any test framework. */
export interface Check {
  /** A plain sentence about behaviour, as the name of a test. */
  readonly name: string
  /** Throws an `AssertionError`, or what the component threw, when the component does not keep to it. */
  run(): Promise<void>
}

/** Milliseconds after which something that never comes is a failure, not a test that hangs. */
const PATIENCE = 10_000

/** Waits for `work`, and fails with a sentence when it does not come. */
export async function within<T>(work: T | Promise<T>, what: string): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => reject(new assert.AssertionError({ message: `${what}: waited in vain` })),
    PATIENCE,
  )
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}
