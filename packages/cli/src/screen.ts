import type { TextOutput } from './text-output.ts'

/** Back to the first column, and all of the line away. */
const CLEAR = '\r\u001b[K'

/** Standard error and standard output as one screen, with a last line that is written over. */
export interface Screen {
  /** Writes to standard error; a status line makes room first. */
  error(text: string): void
  /** Shows one line in place of the last one; does nothing where standard error is no terminal. */
  status(line: string): void
  /** Takes the status line away. */
  clear(): void
  /** Lets go of standard output. */
  release(): void
}

/**
 * Makes a {@link Screen}. Where both outputs are terminals they are taken for the same one: what exporters write
 * to standard output makes room, too.
 *
 * @example
 * ```ts
 * const screen = createScreen(process.stdout, process.stderr)
 * screen.status('51%')
 * screen.error('file: a line of the log\n') // in its place
 * ```
 */
export function createScreen(stdout: TextOutput, stderr: TextOutput): Screen {
  let shown = false
  const clear = () => {
    if (!shown) return
    shown = false
    stderr.write(CLEAR)
  }
  const status = (line: string) => {
    if (stderr.isTTY !== true) return
    shown = true
    // One column stays free: a full line would already have moved on.
    stderr.write(CLEAR + line.slice(0, Math.max(0, (stderr.columns ?? 80) - 1)))
  }
  const release = stdout.isTTY === true && stderr.isTTY === true ? beforeWrite(stdout, clear) : () => {}
  return {
    error(text) {
      clear()
      stderr.write(text)
    },
    status,
    clear,
    release,
  }
}

/** Calls `first` before each write to a stream that others hold, until the returned function is called. */
function beforeWrite(stream: TextOutput, first: () => void): () => void {
  const own = Object.getOwnPropertyDescriptor(stream, 'write')
  const write = stream.write as (...args: unknown[]) => unknown
  stream.write = (...args: unknown[]) => {
    first()
    return write.apply(stream, args)
  }
  return () => {
    if (own === undefined) Reflect.deleteProperty(stream, 'write')
    else Object.defineProperty(stream, 'write', own)
  }
}
