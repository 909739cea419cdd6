import type { ComponentSummary, Summary } from '@lacuna/runtime'

/** The note by which a detector counts the alerts that it opens. */
const OPENED = 'alert_open'
/** The runtime's reasons for records that did not arrive and should have; `closed` is their reader's choice. */
const LOST = ['permanent', 'partial', 'retries_exhausted', 'deadline'] as const

/** Alerts that have opened, all detectors together. */
export function countAlerts({ components }: Summary): number {
  return components.reduce((sum, { noted }) => sum + (noted[OPENED] ?? 0), 0)
}

/** Records that the receivers have read. */
export function countRead({ components }: Summary): number {
  return components.reduce((sum, { kind, in: read }) => sum + (kind === 'receiver' ? read : 0), 0)
}

/** Records that an exporter could not deliver, or that a deadline cut off on their way. */
export function countLost({ components }: Summary): number {
  return components.reduce((sum, component) => sum + lostBy(component), 0)
}

function lostBy({ kind, dropped }: ComponentSummary): number {
  if (kind !== 'exporter') return dropped.deadline ?? 0
  return LOST.reduce((sum, reason) => sum + (dropped[reason] ?? 0), 0)
}
