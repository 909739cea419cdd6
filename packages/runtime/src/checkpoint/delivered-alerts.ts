import type { Clock, LogRecord, Storage } from '@lacuna/sdk'
import { toMillis } from '@lacuna/sdk'
import { spaceOf } from './spaces.ts'

/** The attribute that makes a record an alert, and one that is sent once. */
const ALERT_ID = 'lacuna.alert.id'
/** How long it is known that an alert was delivered, in milliseconds, and how many of one exporter at most. */
const KEPT = 24 * 3_600_000
const MOST = 100_000
/** Longer ids are not ours. */
const LONGEST = 256

/** Which alerts an exporter has delivered. */
export interface DeliveredAlerts {
  readonly knows: boolean
  isDelivered(record: LogRecord): boolean
  /** Notes what has been delivered, except for the records whose indexes are in `failed`. */
  delivered(records: readonly LogRecord[], failed?: ReadonlySet<number>): void
}

/** What {@link deliveredAlerts} needs. */
export interface DeliveredAlertsOptions {
  readonly exporter: string
  readonly storage: Storage
  readonly clock: Clock
  /** Writes soon, together with what others have. */
  readonly write: (space: string, key: string, value: Uint8Array | undefined) => void
}

/** Reads what earlier runs have noted. */
export function deliveredAlerts({
  exporter,
  storage,
  clock,
  write,
}: DeliveredAlertsOptions): DeliveredAlerts {
  const space = spaceOf('delivered', exporter)
  /** When, by id, the earliest first. */
  const known = new Map<string, number>()
  const now = () => toMillis(clock.now())

  const saved: [id: string, at: number][] = []
  for (const [id, value] of storage.entries(space)) {
    const at = Number(Buffer.from(value).toString())
    saved.push([id, Number.isFinite(at) ? at : 0])
  }
  saved.sort(([, a], [, b]) => a - b)
  for (const [id, at] of saved) known.set(id, at)
  prune()

  function prune(): void {
    const oldest = now() - KEPT
    for (const [id, at] of known) {
      if (known.size <= MOST && at >= oldest) return
      known.delete(id)
      write(space, id, undefined)
    }
  }

  return {
    get knows() {
      return known.size > 0
    },
    isDelivered(record) {
      const id = alertId(record)
      return id !== undefined && known.has(id)
    },
    delivered(records, failed) {
      let at: number | undefined
      for (let index = 0; index < records.length; index++) {
        const record = records[index]
        const id = record === undefined ? undefined : alertId(record)
        if (id === undefined || known.has(id) || failed?.has(index)) continue
        at ??= now()
        known.set(id, at)
        write(space, id, Buffer.from(String(at)))
      }
      if (at !== undefined) prune()
    },
  }
}

function alertId(record: LogRecord): string | undefined {
  try {
    const id = record.get(ALERT_ID)
    return typeof id === 'string' && id.length > 0 && id.length <= LONGEST ? id : undefined
  } catch {
    // A view that throws: whoever exports it has met it already.
    return undefined
  }
}
