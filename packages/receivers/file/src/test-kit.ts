import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Logger } from '@lacuna/sdk'
import { type TestReceiverHost, type TestReceiverHostOptions, testReceiverHost } from '@lacuna/sdk/testing'
import { onTestFinished } from 'vitest'
import { config } from './config.ts'
import { fileReceiver, type Tuning } from './file-receiver.ts'
import { decodePosition } from './position.ts'

/** A directory of its own with these files in it, gone when the test is over. */
export function directory(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), 'lacuna-file-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), content)
  }
  return root
}

/** A host whose log is kept. */
export function loggingHost(options: TestReceiverHostOptions = {}): TestReceiverHost & { log: string[] } {
  const log: string[] = []
  const write = (_fields: object, message: string) => void log.push(message)
  const logger: Logger = { debug: write, info: write, warn: write, error: write }
  // Getters of the host must stay getters.
  return Object.defineProperties({ logger, log } as TestReceiverHost & { log: string[] }, {
    ...Object.getOwnPropertyDescriptors(testReceiverHost({ id: 'file', ...options })),
    logger: { value: logger },
  })
}

/** A receiver in `cwd` with the configuration as an operator writes it. */
export function receiver(
  cwd: string,
  settings: Readonly<Record<string, unknown>>,
  host: TestReceiverHost,
  tuning: Tuning = {},
) {
  return fileReceiver(config.parse({ follow: false, ...settings }), host, { cwd, ...tuning })
}

/** Reads everything and gives the host; `error` is what `done` rejected with. */
export async function readAll(
  cwd: string,
  settings: Readonly<Record<string, unknown>>,
  options: TestReceiverHostOptions = {},
  tuning: Tuning = {},
) {
  const host = loggingHost(options)
  const component = receiver(cwd, settings, host, tuning)
  await component.start()
  const error: unknown = await component.done?.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  await component.stop()
  return { host, error, bodies: host.records.map((record) => record.body) }
}

/** Reads one file of this content and gives the bodies. */
export async function readContent(
  content: string | Uint8Array,
  settings: Readonly<Record<string, unknown>> = {},
  tuning: Tuning = {},
) {
  return readAll(directory({ a: content }), { include: 'a', ...settings }, {}, tuning)
}

/** How many bytes of the text the position of each batch says are read. */
export function offsets(host: TestReceiverHost): (number | undefined)[] {
  return host.batches.map(({ position }) => decodePosition(position ?? '')?.at(-1)?.at)
}

/** Descriptors of this process on files below `root`. */
export function openBelow(root: string): number {
  let count = 0
  for (const fd of readdirSync('/proc/self/fd')) {
    try {
      if (readlinkSync(`/proc/self/fd/${fd}`).startsWith(root)) count++
    } catch {
      // Gone in between: the descriptor of the listing itself.
    }
  }
  return count
}
