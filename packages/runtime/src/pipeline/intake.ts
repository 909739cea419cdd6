import type {
  Batch,
  HrTime,
  Position,
  Processor,
  ReadProgress,
  Receiver,
  ReceiverHost,
  Source,
  SourceClosed,
} from '@lacuna/sdk'
import { compareTimes, type Host, RetryableError } from '@lacuna/sdk'
import type { Account } from './account.ts'
import { acknowledge } from './acknowledge.ts'
import { errorText } from './error-text.ts'
import { fanOut } from './fan-out.ts'
import { createReceiverHealth, type ReceiverHealth } from './health.ts'
import type { Line } from './line.ts'
import type { Passage } from './passage.ts'
import { rateLimited } from './rate-limited.ts'
import type { Waiting } from './waiting.ts'

/** What an intake asks and tells when there is a storage. */
export interface IntakeKeeper {
  /** Where each source is to go on. */
  readonly positions: ReadonlyMap<string, Position>
  /** A batch has come. What cannot be read again is written down now; `saved` rejects when that failed. */
  begin(batch: Batch): { readonly passage: Passage; readonly saved: Promise<void> | undefined }
  /** A source is gone, and what is known of it is no longer right. */
  lost(source: Source): void
}

/** A receiver's end of the pipelines: what its host does, and what becomes of its sources. */
export interface Intake {
  readonly id: string
  readonly account: Account
  /** The pipelines that name the receiver. */
  readonly lines: readonly Line[]
  readonly host: ReceiverHost
  readonly health: ReceiverHealth
  /** Whether every source it announced has been closed because it ended. */
  readonly readToEnd: boolean
  /** The sources that it has announced and not closed. */
  readonly sources: ReadonlyMap<string, Source>
  /** Names the receiver that was made with the host. */
  attach(receiver: Receiver): void
  /** From now on, and before the first batch: there is a storage. */
  keep(keeper: IntakeKeeper): void
  /** Tells the receiver that all up to a position is safe, if it wants to know. */
  safe(source: Source, position: Position): void
  /** The input has ended: closes the sources that the receiver left open, and takes no more. */
  end(): void
  /** Takes no more. */
  close(): void
  /** Takes no more, and gives up the batches that wait to be accepted. */
  abandon(): void
}

/** What an accepted batch resolves to: one promise for all, as it holds nothing. */
const ACCEPTED = Promise.resolve()

const NO_POSITIONS: ReadonlyMap<string, Position> = new Map()

/** Makes an {@link Intake} before its receiver, which is made with its host. */
export function createIntake(
  base: Host,
  account: Account,
  lines: readonly Line[],
  onProgress: (progress: ReadProgress) => void,
): Intake {
  const { id, logger } = base
  const deliveries = [...new Set(lines.flatMap((line) => line.deliveries))]
  const open = new Map<string, Source>()
  const pending = new Set<(error: Error) => void>()
  const complaints = rateLimited(base.clock)
  const health = createReceiverHealth(id, base.clock)
  let receiver: Receiver | undefined
  let keeper: IntakeKeeper | undefined
  let closed = false
  let announced = false
  let lost = false

  function sourceOpened(source: Source): void {
    if (closed || open.has(source.id)) return
    announced = true
    open.set(source.id, source)
    for (const line of lines) line.sourceOpened(source)
  }

  function sourceClosed(source: Source, reason: SourceClosed): void {
    if (!open.delete(source.id)) return
    if (reason === 'lost') {
      lost = true
      keeper?.lost(source)
    }
    for (const line of lines) line.sourceClosed(source, reason)
  }

  function safe(source: Source, position: Position): void {
    try {
      receiver?.safe?.(source, position)
    } catch (error) {
      complaints.say((times) => {
        const fields = { error: errorText(error), times }
        logger.error(fields, `the receiver failed to take word that records are safe: ${fields.error}`)
      })
    }
  }

  function accepted(batch: Batch): void {
    // Where there is a storage, what is in a checkpoint is safe.
    if (keeper === undefined && receiver?.safe !== undefined) acknowledge(batch, deliveries, safe)
  }

  function consume(batch: Batch): Promise<void> {
    if (closed) return Promise.reject(stopped(id))
    account.out += batch.records.length
    if (!open.has(batch.source.id)) sourceOpened(batch.source)
    const kept = keeper?.begin(batch)
    const waiting = bothDone(fanOut(lines, batch, kept?.passage), kept?.saved)
    if (waiting !== undefined) return acceptLater(batch, waiting)
    accepted(batch)
    return ACCEPTED
  }

  function acceptLater(batch: Batch, waiting: Promise<void>): Promise<void> {
    // No other batch may come now, so the other pipelines must not take this time for silence.
    for (const line of lines) line.hold()
    return new Promise((resolve, reject) => {
      pending.add(reject)
      const release = () => {
        for (const line of lines) line.release()
        pending.delete(reject)
      }
      waiting.then(
        () => {
          release()
          // Where it was given up meanwhile, nothing becomes safe and nobody hears of it.
          accepted(batch)
          resolve()
        },
        (error: unknown) => {
          release()
          reject(error)
        },
      )
    })
  }

  function end(): void {
    for (const source of [...open.values()]) sourceClosed(source, 'ended')
    closed = true
    health.ended()
  }

  return {
    id,
    account,
    lines,
    health,
    host: {
      ...base,
      get positions() {
        return keeper?.positions ?? NO_POSITIONS
      },
      get lookback() {
        return lookbackOf(lines)
      },
      get ordered() {
        return processorsOf(lines).some((processor) => processor.ordered === true)
      },
      pipelines: lines.map((line) => line.id),
      consume,
      sourceOpened,
      sourceClosed,
      watermark: (source) => leastWatermark(lines, source),
      progress: onProgress,
      health: (state: 'ok' | 'trouble', reason?: string) => health.say(state, reason),
    },
    get readToEnd() {
      return announced && !lost && open.size === 0
    },
    sources: open,
    attach(made) {
      receiver = made
    },
    keep(one) {
      keeper = one
    },
    safe,
    end,
    close() {
      closed = true
      health.ended()
      complaints.flush()
    },
    abandon() {
      closed = true
      const rejected = [...pending]
      pending.clear()
      for (const reject of rejected) reject(stopped(id))
    },
  }
}

/** Waits for the pipelines and for the storage; rejects when the storage does. */
function bothDone(waiting: Waiting, saved: Promise<void> | undefined): Waiting {
  if (saved === undefined || waiting === undefined) return saved ?? waiting
  return Promise.all([waiting, saved]).then(() => {})
}

function stopped(component: string): RetryableError {
  return new RetryableError('the pipelines are stopping and take no more records', { component })
}

function processorsOf(lines: readonly Line[]) {
  return lines.flatMap((line) => line.stages.map((stage) => stage.processor))
}

function lookbackOf(lines: readonly Line[]): number {
  let longest = 0
  for (const { lookback } of processorsOf(lines))
    if (lookback !== undefined && lookback > longest) longest = lookback
  return longest
}

function leastWatermark(lines: readonly Line[], source: Source): Readonly<HrTime> | undefined {
  let least: Readonly<HrTime> | undefined
  for (const line of lines)
    for (const { processor } of line.stages) {
      if (processor.watermark === undefined) continue
      const watermark = watermarkOf(processor, source)
      if (watermark === undefined) return undefined
      if (least === undefined || compareTimes(watermark, least) < 0) least = watermark
    }
  return least
}

/** A processor that throws here has no say, as one that has not seen the source yet. */
function watermarkOf(processor: Processor, source: Source): Readonly<HrTime> | undefined {
  try {
    return processor.watermark?.(source)
  } catch {
    return undefined
  }
}
