import type { ReceiverHost, Source } from '@lacuna/sdk'

/** What a checkpoint holds: where each partition is to go on, once. */
export interface SavedPositions {
  /** Where the state of a partition stands; `undefined` where there is none of it. */
  of(source: Source): string | undefined
  /** The partition goes on there. */
  use(source: Source): void
  /** The state of a partition does not fit what is read: it is dropped. */
  drop(source: Source): void
  /** Other instances have the rest: what was saved of it is dropped, but for these. */
  keepOnly(sources: ReadonlySet<string>): void
}

/** Makes {@link SavedPositions} of what the last run has saved. */
export function savedPositions(host: ReceiverHost): SavedPositions {
  // Known only from the start on.
  let left: Map<string, string> | undefined
  const positions = () => {
    left ??= new Map(host.positions)
    return left
  }

  function drop(source: Source): void {
    if (!positions().delete(source.id)) return
    // Whoever restored state of it knows it only by its id.
    host.sourceOpened(source)
    host.sourceClosed(source, 'lost')
  }

  return {
    of: ({ id }) => positions().get(id),
    use: ({ id }) => void positions().delete(id),
    drop,
    keepOnly(sources) {
      for (const id of [...positions().keys()]) if (!sources.has(id)) drop({ id, finite: false })
    },
  }
}
