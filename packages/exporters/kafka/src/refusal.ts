/** Errors of the protocol that say that these messages will never be taken, whoever sends them and when. */
const REFUSALS = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_TIMESTAMP',
  'INVALID_RECORD',
])

/** Whether a broker has refused messages for what they are. */
export function isRefusal(error: unknown): boolean {
  // kafkajs wraps what it does not try again.
  for (let at = error, depth = 0; at instanceof Error && depth < 10; at = at.cause, depth++)
    if ('type' in at && typeof at.type === 'string' && REFUSALS.has(at.type)) return true
  return false
}
