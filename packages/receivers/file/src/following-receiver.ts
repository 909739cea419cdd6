import type { Receiver, ReceiverHost } from '@lacuna/sdk'
import type { FileConfig } from './config.ts'
import { delivery } from './deliver.ts'
import { type Following, follow } from './follow.ts'
import { shown } from './input.ts'
import { type ReadAll, readInTurn } from './read-all.ts'
import { LEAST_BUFFER } from './read-growing.ts'
import { type Reading, type ReadingOptions, readingOnce } from './reading.ts'
import { MAX_BATCH, type Tuning } from './tuning.ts'

/** Files that are held open while nothing happens to them: half of the usual limit of a process. */
const MAX_OPEN = 512
/** Bytes read at a time, into one buffer for all files, and of one file before others have their turn. */
const CHUNK = 2 ** 20
const TURN = 8 * 2 ** 20

/** A following receiver, with its looks at the files for tests that own the time. */
export interface FollowingReceiver extends Receiver {
  /** Looks at the files once, if none is under way. Resolves to whether there is more to read at once. */
  poll(): Promise<boolean>
}

/**
 * Follows files: reads what is appended, through rotations, until it is stopped. What has an end beside them
 * (standard input, pipes) is read to it. `done` never resolves, and rejects when the pipelines are broken.
 */
export function followingReceiver(
  config: FileConfig,
  host: ReceiverHost,
  tuning: Tuning & { readonly polled?: boolean } = {},
): FollowingReceiver {
  const done = Promise.withResolvers<void>()
  // Whoever embeds the receiver may not look at it; that must not end the process.
  done.promise.catch(() => {})
  const delivering = delivery(host)
  const reading: ReadingOptions = {
    buffer: () => Buffer.allocUnsafeSlow(CHUNK),
    maxLineBytes: config.max_line_bytes,
    clock: host.clock,
    ledger: host.ledger,
    logger: host.logger,
    stdin: tuning.stdin ?? (() => process.stdin),
  }
  const maxBatch = tuning.maxBatch ?? MAX_BATCH
  let streams: Reading[] = []
  let running: Promise<unknown> = Promise.resolve()
  let stopped = false
  let wake: (() => void) | undefined

  const following: Following = follow({
    config,
    host,
    cwd: tuning.cwd ?? process.cwd(),
    growing: {
      ...reading,
      buffer: Buffer.allocUnsafeSlow(Math.max(LEAST_BUFFER, tuning.chunkBytes ?? CHUNK)),
      maxBatch,
      turn: tuning.turn ?? TURN,
      deliver: delivering.deliver,
    },
    reading,
    maxOpen: tuning.maxOpen ?? MAX_OPEN,
    stopped: () => stopped,
  })

  async function loop(): Promise<void> {
    while (!stopped) {
      if (await following.poll()) continue
      if (stopped) break
      await new Promise<void>((resolve) => {
        const cancel = host.clock.after(config.poll_interval, resolve)
        wake = () => {
          cancel()
          resolve()
        }
      })
      wake = undefined
    }
  }

  /** Each has a pace of its own, and so is read beside the others. */
  async function readStream(stream: Reading): Promise<void> {
    const all: ReadAll = {
      host,
      readings: [stream],
      deliver: delivering.deliver,
      fail({ path, reason }, note) {
        host.ledger.noted(note, 1)
        host.logger.error({ path }, `cannot read ${shown(path)}: ${reason}`)
      },
      stopped: () => stopped,
      skip: false,
      maxBatch,
    }
    await readInTurn(all).finally(() => stream.close())
  }

  return {
    done: done.promise,
    async start() {
      if (stopped) return
      running = begin()
      await running
    },
    poll: () => following.poll(),
    async stop() {
      stopped = true
      delivering.stop()
      wake?.()
      await Promise.all(streams.map((each) => each.close()))
      await running.catch(() => {})
      await following.close()
    },
  }

  async function begin(): Promise<void> {
    const inputs = await following.begin()
    if (stopped) return
    streams = inputs.filter(({ stamp }) => stamp === undefined).map((input) => readingOnce(input, reading))
    for (const { source } of streams) host.sourceOpened(source)
    const loops = streams.map(readStream)
    if (tuning.polled !== true) loops.push(loop())
    running = Promise.all(loops).catch((error: unknown) => done.reject(error))
  }
}
