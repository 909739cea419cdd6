import type { Detector } from '@lacuna/detection'
import type { Ledger, LogRecord } from '@lacuna/sdk'

/** Tells the ledger what the detector counted since the last report. */
export interface LedgerNotes {
  report(): void
  /** A source is there. Late records are noted by source only where there is more than one. */
  sourceOpened(): void
  /** Takes all that was counted for reported: it was restored, and an earlier run has told it. */
  skip(): void
}

/** Sources whose late records are noted by name: a ledger has room for about a hundred notes. */
const MOST_SOURCES = 20
const LONGEST_NAME = 200

/** Makes {@link LedgerNotes}: once a batch, so that nothing is done for each record. */
export function ledgerNotes(
  ledger: Ledger,
  { counts, lateBySource }: Pick<Detector<LogRecord>, 'counts' | 'lateBySource'>,
  exceptions: readonly { readonly name: string }[],
): LedgerNotes {
  const told = new Map<string, number>()
  let lateTold = 0
  let sources = 0

  const note = (name: string, count: number) => {
    const before = told.get(name) ?? 0
    if (count === before) return
    told.set(name, count)
    ledger.noted(name, count - before)
  }

  /** The first sources by name, the rest together. */
  const noteLate = () => {
    if (counts.late === lateTold) return
    lateTold = counts.late
    note('late', counts.late)
    if (sources < 2 && lateBySource().size < 2) return
    let place = 0
    let others = 0
    for (const [source, count] of lateBySource()) {
      if (place++ < MOST_SOURCES) note(`late: ${source.slice(0, LONGEST_NAME)}`, count)
      else others += count
    }
    note('late: other sources', others)
  }

  return {
    sourceOpened() {
      sources++
    },

    skip() {
      told.set('matched', counts.matches)
      told.set('duplicate', counts.duplicates)
      told.set('no_time', counts.noTime)
      told.set('future', counts.ahead)
      told.set('future_refused', counts.refusedAhead)
      told.set('withheld', counts.withheld)
      told.set('late', counts.late)
      lateTold = counts.late
      exceptions.forEach(({ name }, place) => {
        told.set(`excepted: ${name}`, counts.excepted[place] ?? 0)
      })
    },

    report() {
      note('matched', counts.matches)
      noteLate()
      note('duplicate', counts.duplicates)
      note('no_time', counts.noTime)
      note('future', counts.ahead)
      note('future_refused', counts.refusedAhead)
      note('withheld', counts.withheld)
      exceptions.forEach(({ name }, place) => {
        note(`excepted: ${name}`, counts.excepted[place] ?? 0)
      })
    },
  }
}
