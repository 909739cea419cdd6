import type { DetectorCounts } from '@lacuna/detection'
import type { Ledger } from '@lacuna/sdk'

/** Tells the ledger what the detector counted since the last report. */
export interface LedgerNotes {
  report(): void
}

/** Makes {@link LedgerNotes}: once a batch, so that nothing is done for each record. */
export function ledgerNotes(
  ledger: Ledger,
  counts: Readonly<DetectorCounts>,
  exceptions: readonly { readonly name: string }[],
): LedgerNotes {
  const told = new Map<string, number>()

  const note = (name: string, count: number) => {
    const before = told.get(name) ?? 0
    if (count === before) return
    told.set(name, count)
    ledger.noted(name, count - before)
  }

  return {
    report() {
      note('matched', counts.matches)
      note('late', counts.late)
      note('duplicate', counts.duplicates)
      note('no_time', counts.noTime)
      note('future', counts.ahead)
      note('future_refused', counts.refusedAhead)
      exceptions.forEach(({ name }, place) => {
        note(`excepted: ${name}`, counts.excepted[place] ?? 0)
      })
    },
  }
}
