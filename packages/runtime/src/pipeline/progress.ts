import type { ReadProgress } from '@lacuna/sdk'

/** How far all receivers together have come. */
export interface Progress {
  /** Bytes read, as stored. */
  readonly bytes: number
  /** Bytes there are to read; absent when one of the receivers that report does not know. */
  readonly total?: number
  /** Records that the receivers have handed on. */
  readonly records: number
}

/** Adds up what the receivers report. */
export interface ProgressSum {
  /** Replaces what `receiver` said before. */
  report(receiver: object, progress: ReadProgress): void
}

/**
 * Makes a {@link ProgressSum} that tells `listener` each time a receiver reports, never by itself.
 *
 * @param records counts the records of all receivers
 */
export function sumProgress(records: () => number, listener: (progress: Progress) => void): ProgressSum {
  const latest = new Map<object, ReadProgress>()
  return {
    report(receiver, progress) {
      latest.set(receiver, progress)
      let bytes = 0
      let total: number | undefined = 0
      for (const each of latest.values()) {
        bytes += each.bytes
        total = total === undefined || each.total === undefined ? undefined : total + each.total
      }
      listener({ bytes, ...(total === undefined ? {} : { total }), records: records() })
    },
  }
}
