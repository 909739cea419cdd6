import { join } from 'node:path'
import type { Position } from '@lacuna/sdk'
import { type ManualClock, manualClock } from '@lacuna/sdk/testing'
import { onTestFinished } from 'vitest'
import { config } from './config.ts'
import { followingReceiver } from './following-receiver.ts'
import { directory, loggingHost } from './test-kit.ts'
import type { Tuning } from './tuning.ts'

/** A following receiver that looks when it is told to. */
export async function followed(
  cwd: string,
  settings: Readonly<Record<string, unknown>>,
  options: {
    readonly clock?: ManualClock
    readonly positions?: ReadonlyMap<string, Position>
    readonly tuning?: Tuning
    /** Whether the caller stops it. */
    readonly stopped?: boolean
    readonly consume?: () => void | Promise<void>
  } = {},
) {
  const clock = options.clock ?? manualClock()
  const { positions, consume } = options
  const host = loggingHost({ clock, ...(positions && { positions }), ...(consume && { consume }) })
  const receiver = followingReceiver(config.parse(settings), host, { cwd, polled: true, ...options.tuning })
  if (options.stopped !== true) onTestFinished(async () => receiver.stop())
  await receiver.start()
  return {
    host,
    clock,
    receiver,
    /** Lets the time of one look go by, and looks. */
    async poll(millis = 1000) {
      clock.advance(millis)
      for (let looks = 0; await receiver.poll(); looks++) if (looks === 1000) throw new Error('it never ends')
    },
    bodies: () => host.records.map(({ body }) => String(body)),
    /** Lines by the path of their source, below the directory. */
    bySource() {
      const found: Record<string, string[]> = {}
      for (const { source, records } of host.batches)
        for (const { body } of records) {
          const path = source.id.slice('file:'.length).replace(`${cwd}/`, '')
          found[path] ??= []
          found[path].push(String(body))
        }
      return found
    },
    /** What a checkpoint would hold now. */
    positions() {
      const saved = new Map(positions)
      for (const { source, position } of host.batches)
        if (position !== undefined) saved.set(source.id, position)
      return saved
    },
  }
}

/** A receiver that follows, as {@link followed} makes it. */
export type Followed = Awaited<ReturnType<typeof followed>>

/** Reads what is there. */
export const FROM_START = { start_at: 'beginning' }

/** Stops a run and starts the next one where it has come to. */
export async function restarted(run: Followed, root: string, settings: Readonly<Record<string, unknown>>) {
  await run.receiver.stop()
  return followed(root, settings, { positions: run.positions(), clock: run.clock })
}

/** A run that has read `content` of a.log, and the paths of the files. */
export async function reading(content: string, settings: Readonly<Record<string, unknown>> = {}) {
  const root = directory({ 'a.log': content })
  const all = { include: 'a.log', ...FROM_START, ...settings }
  const run = await followed(root, all)
  await run.poll()
  const path = join(root, 'a.log')
  return { root, run, path, one: `${path}.1`, restart: (from: Followed = run) => restarted(from, root, all) }
}
