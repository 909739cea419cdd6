import type { Output } from './line-output.ts'

/** A stream that keeps what is written, and takes it when the test says so. */
export interface FakeOutput extends Output {
  readonly chunks: string[]
  readonly text: string
  readonly lines: string[]
  /** Listeners of errors that are there now. */
  readonly listening: number
  /** From now on a write is answered only by {@link FakeOutput.take}. */
  hold(): void
  take(): void
  /** From now on every write fails like this. */
  fail(error: Error): void
}

export function fakeOutput(given: { isTTY?: boolean; columns?: number } = {}): FakeOutput {
  const chunks: string[] = []
  const listeners = new Set<(error: Error) => void>()
  let held: (() => void)[] | undefined
  let failure: Error | undefined
  return {
    ...given,
    chunks,
    get text() {
      return chunks.join('')
    },
    get lines() {
      return chunks.join('').split('\n').slice(0, -1)
    },
    get listening() {
      return listeners.size
    },
    hold() {
      held = []
    },
    take() {
      const answers = held ?? []
      held = []
      for (const answer of answers) answer()
    },
    fail(error) {
      failure = error
    },
    write(text, done) {
      if (failure === undefined) chunks.push(text)
      const error = failure
      const answer = () => {
        done(error)
        if (error !== undefined) for (const listener of listeners) listener(error)
      }
      if (held === undefined) process.nextTick(answer)
      else held.push(answer)
      return held === undefined
    },
    on: (_, listener) => listeners.add(listener),
    off: (_, listener) => listeners.delete(listener),
  }
}

/** What Node gives when the reader of a pipe has gone. */
export const brokenPipe = () => Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })
