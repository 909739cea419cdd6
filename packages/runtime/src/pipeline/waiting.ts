/**
 * What the hot path returns: nothing when it is done already, a promise only when it has to wait. So a batch
 * that waits for nobody costs no promise at all.
 */
export type Waiting = Promise<void> | undefined

/** Goes on at once, or once `waiting` is over. */
export function whenDone(waiting: Waiting, next: () => Waiting): Waiting {
  return waiting === undefined ? next() : waiting.then(next)
}

/** Waits for all of a list, for none when nothing in it waits. */
export function allDone(waiting: readonly Promise<void>[] | undefined): Waiting {
  if (waiting === undefined || waiting.length === 0) return undefined
  return waiting.length === 1 ? waiting[0] : Promise.all(waiting).then(() => {})
}

/** Whether a value is to be awaited: of this realm or of another. */
export function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
