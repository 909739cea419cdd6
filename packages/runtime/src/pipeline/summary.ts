import type { Account, ComponentKind } from './account.ts'

/** One component in a {@link Summary}. Once the run has ended `in + created = out + consumed + dropped`. */
export interface ComponentSummary {
  readonly kind: ComponentKind
  readonly id: string
  /** The pipeline of a processor; a receiver, an exporter and an extension may serve several. */
  readonly pipeline?: string
  readonly in: number
  readonly created: number
  readonly out: number
  readonly consumed: number
  /** Records set aside, by reason. */
  readonly dropped: Readonly<Record<string, number>>
  /** What was worth counting and decided no record's fate. */
  readonly noted: Readonly<Record<string, number>>
}

/**
 * The accounting of a run as plain JSON: what `run --summary FILE` writes.
 *
 * A receiver's `in` is what it read: all that it handed on or said to have set aside.
 */
export interface Summary {
  /** ISO 8601; when the pipelines were built, until they are started. */
  readonly started: string
  /** ISO 8601; null while they run. */
  readonly ended: string | null
  /** Receivers, processors by pipeline, exporters, extensions; each in the order of the configuration. */
  readonly components: readonly ComponentSummary[]
}

/** A component's account as it stands in a {@link Summary}; reasons and notes by name. */
export function summarize(account: Account): ComponentSummary {
  return {
    kind: account.kind,
    id: account.id,
    ...(account.pipeline === undefined ? {} : { pipeline: account.pipeline }),
    // Nobody hands a receiver its records: what left it must have come in.
    in: account.kind === 'receiver' ? account.out + account.settled() : account.in,
    created: account.created,
    out: account.out,
    consumed: account.consumed,
    dropped: byName(account.dropped),
    noted: byName(account.noted),
  }
}

/** Counts as an object whose keys are in order. */
export function byName(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
}
