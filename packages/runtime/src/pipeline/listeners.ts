/**
 * Who is to be told that something has been settled, by source. Of one source only the last to ask is kept: what
 * is settled there is settled for all before it. So a queue that stands still remembers one for each source,
 * however much is read meanwhile.
 */
export type Listeners = Map<string, () => void>

/** Adds to what there may be already. */
export function listen(listeners: Listeners | undefined, source: string, callback: () => void): Listeners {
  const all = listeners ?? new Map<string, () => void>()
  all.set(source, callback)
  return all
}

/** Those of both, where `later` asked after `earlier`. */
export function joinListeners(
  earlier: Listeners | undefined,
  later: Listeners | undefined,
): Listeners | undefined {
  if (earlier === undefined || later === undefined) return later ?? earlier
  for (const [source, callback] of later) earlier.set(source, callback)
  return earlier
}

/** Tells all of them. */
export function tellListeners(listeners: Listeners | undefined): void {
  if (listeners !== undefined) for (const callback of listeners.values()) callback()
}
