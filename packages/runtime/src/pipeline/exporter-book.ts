import type { Account } from './account.ts'

/**
 * Keeps apart what the exporter says of its records and what the runtime says, as both stand on one account and
 * several deliveries may be under way.
 */
export interface ExporterBook {
  came(count: number): void
  delivered(count: number): void
  dropped(reason: string, count: number): void
  /**
   * Of `count` records whose fate is known now, those of which the exporter has not said itself what became of
   * them. Each of its words is taken off once.
   */
  open(count: number): number
}

/** Opens the book on an account that the exporter writes to as well. */
export function openBook(account: Account): ExporterBook {
  /** What of the account's `settled` is accounted for: dropped by the runtime, or taken off a delivery. */
  let known = 0
  return {
    came(count) {
      account.in += count
    },
    delivered(count) {
      if (count > 0) account.out += count
    },
    dropped(reason, count) {
      if (!(count > 0)) return
      account.ledger.dropped(reason, count)
      known += count
    },
    open(count) {
      const said = Math.min(count, account.settled() - known)
      known += said
      return count - said
    },
  }
}
