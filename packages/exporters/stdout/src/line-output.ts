import { PermanentError, RetryableError } from '@lacuna/sdk'

/** The part of a stream that is used: `process.stdout`, or a stand-in for it in a test. */
export interface Output {
  write(text: string, done: (error?: Error | null) => void): boolean
  on(event: 'error', listener: (error: Error) => void): unknown
  off(event: 'error', listener: (error: Error) => void): unknown
  readonly isTTY?: boolean
  /** Characters a line of the terminal holds. */
  readonly columns?: number
}

/** Codes by which a stream says that nobody reads it any more. */
const NOBODY_READS = new Set([
  'EPIPE',
  'ECONNRESET',
  'EOF',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
])

/** Writes to an {@link Output} at the pace at which it takes text. */
export interface LineOutput {
  /**
   * Resolves when the text has been handed to the system. Throws a `PermanentError` when the output is closed
   * or broken, now or earlier, and a `RetryableError` when the signal ends the wait first.
   */
  write(text: string, signal: AbortSignal): Promise<void>
  /** Resolves when nobody reads the output any more. */
  readonly closed: Promise<void>
  /** Lets go of the stream. It is not ended: it is the process's, not ours. */
  release(): void
}

export function lineOutput(stream: Output, component: string): LineOutput {
  let broken: PermanentError | undefined
  /** The last write while it is under way: one at a time, so that what waits stays one chunk. */
  let underWay: PromiseWithResolvers<void> | undefined
  let listening = false
  const closed = Promise.withResolvers<void>()

  // Every error comes here as well as to the write it belongs to; without a listener it would end the process.
  const onError = (error: Error & { code?: string }) => {
    if (broken !== undefined) return
    const nobodyReads = NOBODY_READS.has(error.code ?? '')
    broken = new PermanentError(
      nobodyReads
        ? 'nobody reads standard output any more'
        : `cannot write standard output: ${error.message}`,
      { component, cause: error },
    )
    if (nobodyReads) closed.resolve()
    underWay?.resolve()
  }

  const begin = (text: string) => {
    if (!listening) stream.on('error', onError)
    listening = true
    const write = Promise.withResolvers<void>()
    underWay = write
    // The answer to a write comes once the system has the text: no sooner than `drain` would.
    stream.write(text, (error) => {
      if (error) onError(error)
      underWay = undefined
      write.resolve()
    })
    return write.promise
  }

  return {
    closed: closed.promise,
    async write(text, signal) {
      while (underWay !== undefined && broken === undefined) {
        await unlessAborted(underWay.promise, signal, component)
      }
      if (broken === undefined) await unlessAborted(begin(text), signal, component)
      if (broken !== undefined) throw broken
    },
    release() {
      // A broken stream may say so again after we are gone.
      if (broken === undefined) stream.off('error', onError)
    },
  }
}

function unlessAborted(work: Promise<void>, signal: AbortSignal, component: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const abort = () => reject(new RetryableError('standard output takes no text', { component }))
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  work.then(() => {
    signal.removeEventListener('abort', abort)
    resolve()
  })
  return promise
}
