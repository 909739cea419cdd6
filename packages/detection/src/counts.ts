/** What a detector counted, from its beginning. */
export interface DetectorCounts {
  /** Records without an event time. */
  noTime: number
  /** Records behind the watermark by more than the allowed lateness. */
  late: number
  /** Records ahead of all that was believed when they came: held until event time gets there. */
  ahead: number
  /** Records ahead that found no place. */
  refusedAhead: number
  /** Matches that were counted. */
  matches: number
  /** Matches that repeat one that was counted. */
  duplicates: number
  /** Alerts that were told before, on what was read again. */
  withheld: number
  /** Matches that an exception took out, by the exception's place. */
  readonly excepted: number[]
}

export function noCounts(): DetectorCounts {
  return {
    noTime: 0,
    late: 0,
    ahead: 0,
    refusedAhead: 0,
    matches: 0,
    duplicates: 0,
    withheld: 0,
    excepted: [],
  }
}
