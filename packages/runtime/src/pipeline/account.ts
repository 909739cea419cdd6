import type { Ledger } from '@lacuna/sdk'

/** What kind of component an account is about. */
export type ComponentKind = 'receiver' | 'processor' | 'exporter' | 'extension'

/** One component's page of the ledger: what it said itself, and what the runtime saw go in and come out. */
export interface Account {
  readonly kind: ComponentKind
  readonly id: string
  /** The pipeline of a processor; absent for what pipelines share. */
  readonly pipeline: string | undefined
  /** Where the component writes. */
  readonly ledger: Ledger
  in: number
  out: number
  readonly created: number
  readonly consumed: number
  readonly dropped: ReadonlyMap<string, number>
  readonly noted: ReadonlyMap<string, number>
  /**
   * Records whose fate the component has told, less those it made: `consumed + dropped - created`. The
   * difference over one call says what that call left open.
   */
  settled(): number
}

/** Reasons and notes of one component that are kept apart; what comes after is `other`. */
const MAX_NAMES = 100

/**
 * Opens an account with nothing on it.
 *
 * @example
 * ```ts
 * const account = openAccount('processor', 'zero_length_response', 'logs')
 * account.ledger.dropped('bad_type', 2)
 * account.dropped.get('bad_type') // 2
 * ```
 */
export function openAccount(kind: ComponentKind, id: string, pipeline?: string): Account {
  let created = 0
  let consumed = 0
  let droppedTotal = 0
  const dropped = new Map<string, number>()
  const noted = new Map<string, number>()
  const ledger: Ledger = {
    created(count) {
      if (count > 0) created += count
    },
    consumed(count) {
      if (count > 0) consumed += count
    },
    dropped(reason, count) {
      if (!(count > 0)) return
      droppedTotal += count
      add(dropped, reason, count)
    },
    noted(note, count) {
      if (count > 0) add(noted, note, count)
    },
  }
  return {
    kind,
    id,
    pipeline,
    ledger,
    in: 0,
    out: 0,
    get created() {
      return created
    },
    get consumed() {
      return consumed
    },
    dropped,
    noted,
    settled: () => consumed + droppedTotal - created,
  }
}

function add(counts: Map<string, number>, name: string, count: number): void {
  const before = counts.get(name)
  if (before !== undefined) counts.set(name, before + count)
  else if (counts.size < MAX_NAMES) counts.set(name, count)
  else counts.set('other', (counts.get('other') ?? 0) + count)
}

/**
 * Makes the equation `in + created = out + consumed + dropped` hold for a component that has ended: records it
 * took and never spoke of again are dropped as `unaccounted`, records it never spoke of but gave are created.
 */
export function closeAccount(account: Account): void {
  const open = account.in - account.out - account.settled()
  if (open > 0) account.ledger.dropped('unaccounted', open)
  else account.ledger.created(-open)
}
