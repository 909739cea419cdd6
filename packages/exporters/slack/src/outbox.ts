import type { Clock, Ledger, LogRecord } from '@lacuna/sdk'
import { PermanentError, RetryableError } from '@lacuna/sdk'
import type { Compose } from './compose.ts'
import { createEpisodes } from './episodes.ts'
import { createJob, type Item, type Job } from './job.ts'
import type { Message } from './message/message.ts'
import { createPace, INTERVAL } from './pace.ts'
import { GoneError, type Place, type Poster, RefusedError } from './transport/poster.ts'

/** Messages that are changed in place one by one; more at once would keep the channel waiting too long. */
const IN_PLACE_MOST = 10
/** Messages of ended episodes that are still to be marked as such when there is nothing else to do. */
const TIDY_MOST = 1000

/** What an {@link Outbox} is made from. */
export interface OutboxOptions {
  readonly poster: Poster
  readonly compose: Compose
  readonly clock: Clock
  readonly ledger: Ledger
  readonly groupAbove: number
  readonly component: string
}

/** Everything that waits for the channel, and the one who sends it, a message a second. */
export interface Outbox {
  /** Resolves when all of these are in the channel; throws what `export` is to throw. */
  send(
    records: Iterable<readonly [index: number, record: LogRecord]>,
    total: number,
    signal: AbortSignal,
  ): Promise<void>
  readonly waiting: number
  readonly episodes: number
  stop(): void
}

/** What to do with the channel's next turn. */
type Task =
  | { readonly kind: 'digest'; readonly items: readonly Item[] }
  | { readonly kind: 'post' | 'update' | 'reply'; readonly items: readonly [Item] }

export function createOutbox(options: OutboxOptions): Outbox {
  const { poster, compose, clock, ledger, groupAbove, component } = options
  const pace = createPace(clock)
  const episodes = createEpisodes()
  const told = new WeakSet<LogRecord>()
  let waiting: Item[] = []
  let untidy: { place: Place; record: LogRecord }[] = []
  let flight: { readonly items: readonly Item[]; readonly controller: AbortController } | undefined
  let running = false
  let stopped = false

  const kindOf = ({ episode, status, step }: Item): 'post' | 'update' | 'reply' => {
    const known = episodes.get(episode)
    if (known === undefined || poster.update === undefined) return 'post'
    return known.own !== undefined && (status !== 'resolved' || step === 0) ? 'update' : 'reply'
  }

  const next = (): Task | undefined => {
    const posts = waiting.filter((item) => kindOf(item) === 'post')
    if (posts.length > groupAbove) return { kind: 'digest', items: posts }
    const first = posts[0] ?? waiting[0]
    if (first === undefined) return undefined
    if (posts.length === 0 && waiting.length > IN_PLACE_MOST) return { kind: 'digest', items: [...waiting] }
    return { kind: kindOf(first), items: [first] }
  }

  /** One message, and what follows from it for its records. */
  const perform = async (task: Task, signal: AbortSignal): Promise<void> => {
    if (task.kind === 'digest') return digest(task.items, signal)
    const [item] = task.items
    const { episode, status, record } = item
    const known = episodes.get(episode)
    const resolved = status === 'resolved'
    if (task.kind === 'update' && known?.own !== undefined) {
      await poster.update?.(known.own, shown(item, compose.full(record, false)), signal)
      if (!resolved) return delivered(item)
      // The answer below it is a message of its own, and waits for its own turn.
      item.step = 1
      return
    }
    const thread = task.kind === 'reply' ? known?.thread : undefined
    const message = resolved && thread !== undefined ? compose.reply(record) : compose.full(record, true)
    const place = await poster.post(shown(item, message), thread, signal)
    if (episode !== undefined) {
      if (resolved) episodes.delete(episode)
      else if (place !== undefined) episodes.set(episode, { thread: thread ?? place, own: place })
    }
    delivered(item)
  }

  const digest = async (items: readonly Item[], signal: AbortSignal): Promise<void> => {
    const message = compose.digest(items.map((item) => item.record))
    const bare = items.some((item) => item.bare)
    const place = await poster.post(bare ? textOf(message) : message, undefined, signal)
    if (message.unlisted > 0) ledger.noted('not_listed', message.unlisted)
    for (const item of items) {
      const { episode, status, record } = item
      const known = episodes.get(episode)
      if (episode !== undefined && status === 'resolved') {
        // Its own message still says that it is going on.
        if (known?.own !== undefined && untidy.length < TIDY_MOST) untidy.push({ place: known.own, record })
        episodes.delete(episode)
      } else if (episode !== undefined && place !== undefined)
        episodes.set(episode, known ?? { thread: place, own: undefined })
      delivered(item)
    }
  }

  const delivered = (item: Item) => {
    remove([item])
    item.job.delivered(item)
  }

  const remove = (items: readonly Item[]) => {
    const gone = new Set(items)
    waiting = waiting.filter((item) => !gone.has(item))
  }

  /** Ends every call that waits: what Slack said of one message holds for all. */
  const endAll = (error: PermanentError | RetryableError) => {
    const jobs = new Set(waiting.map((item) => item.job))
    if (error instanceof RetryableError) {
      waiting = []
      for (const job of jobs) job.end(error)
      return
    }
    const items = waiting
    waiting = []
    // Without the id in front: the error that the caller gets has one.
    for (const item of items) item.job.refused(item, error.message.replace(`${component}: `, ''))
  }

  const failed = (task: Task, error: unknown) => {
    if (error instanceof RetryableError) {
      if (error.retryAfter !== undefined) pace.hold(error.retryAfter)
      return endAll(error)
    }
    if (error instanceof PermanentError) return endAll(error)
    if (error instanceof GoneError) {
      // It is told anew, as if it had not been told.
      for (const { episode } of task.items) if (episode !== undefined) episodes.delete(episode)
      if (task.kind !== 'post' && task.kind !== 'digest') return
    }
    if (error instanceof RefusedError && task.items.some((item) => !item.bare)) {
      for (const item of task.items) item.bare = true
      ledger.noted('sent_as_text', task.items.length)
      return
    }
    remove(task.items)
    const why = error instanceof Error ? error.message : 'the message could not be made'
    for (const item of task.items) item.job.refused(item, why)
  }

  const run = async (): Promise<void> => {
    running = true
    while (!stopped) {
      await pace.turn()
      const task = next()
      const tidy = task === undefined ? untidy.shift() : undefined
      if (stopped || (task === undefined && tidy === undefined)) break
      const controller = new AbortController()
      flight = { items: task?.items ?? [], controller }
      try {
        if (task !== undefined) await perform(task, controller.signal)
        else if (tidy !== undefined)
          await poster.update?.(tidy.place, compose.full(tidy.record, false), controller.signal)
      } catch (error) {
        // Given up by us, for nobody waits for it: that says nothing of the others.
        if (controller.signal.aborted) remove(task?.items ?? [])
        else if (task !== undefined) failed(task, error)
        else if (error instanceof RetryableError) pace.hold(error.retryAfter ?? INTERVAL)
      }
      flight = undefined
      pace.taken()
    }
    running = false
  }

  /** An update that waits says nothing that a later word on its episode does not. */
  const supersede = () => {
    const seen = new Set<string>()
    const old: Item[] = []
    for (let place = waiting.length - 1; place >= 0; place--) {
      const item = waiting[place]
      if (item?.episode === undefined || flight?.items.includes(item)) continue
      if (item.status === 'update' && seen.has(item.episode)) old.push(item)
      seen.add(item.episode)
    }
    if (old.length === 0) return
    ledger.noted('superseded', old.length)
    remove(old)
    for (const item of old) item.job.delivered(item)
  }

  /** Lets go of what a caller no longer waits for, and of the message under way when it was for nobody else. */
  const giveUp = (job: Job, why: string) => {
    job.end(new RetryableError(why, { component }))
    const inFlight = flight?.items ?? []
    waiting = waiting.filter((item) => item.job !== job || inFlight.includes(item))
    if (inFlight.length > 0 && inFlight.every((item) => item.job.over)) flight?.controller.abort()
  }

  return {
    async send(records, total, signal) {
      if (stopped || signal.aborted) throw new RetryableError('there was no time to post', { component })
      if (pace.held > INTERVAL)
        throw new RetryableError('Slack asked for quiet, and it is not over', {
          component,
          retryAfter: pace.held,
        })
      const job = createJob(records, total, told, component)
      if (job.over) return job.done
      waiting.push(...job.items)
      supersede()
      const abort = () => giveUp(job, 'the message was given up while it waited for the channel')
      signal.addEventListener('abort', abort, { once: true })
      if (!running) void run()
      try {
        await job.done
      } finally {
        signal.removeEventListener('abort', abort)
      }
    },
    get waiting() {
      return waiting.length
    },
    get episodes() {
      return episodes.size
    },
    stop() {
      stopped = true
      untidy = []
      for (const job of new Set(waiting.map((item) => item.job))) giveUp(job, 'the exporter was stopped')
      flight?.controller.abort()
      pace.stop()
    },
  }
}

function shown(item: Item, message: Message): Message {
  return item.bare ? textOf(message) : message
}

/** The text of a message alone. */
function textOf({ text }: Message): Message {
  return { text, blocks: [] }
}
