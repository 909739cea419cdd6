import type { Batch, Position, Source } from '@lacuna/sdk'
import type { Delivery } from './delivery.ts'

/**
 * Says that a batch is safe once all that its pipelines had accepted by now has been delivered: what was
 * emitted while it was processed, and everything before. Queues keep their order, so the batches of one source
 * become safe in theirs, where several wait perhaps only the last.
 *
 * Records that were set aside for good, counted with a reason, hold nothing back: reading them again would not
 * help. What a deadline or a closed output cut off is never safe.
 *
 * @param deliveries the queues of every pipeline behind the receiver
 */
export function acknowledge(
  batch: Batch,
  deliveries: readonly Delivery[],
  safe: (source: Source, position: Position) => void,
): void {
  const { source, position } = batch
  if (position === undefined) return
  let left = 1
  const settled = () => {
    left--
    if (left === 0) safe(source, position)
  }
  for (const delivery of deliveries) if (delivery.whenSettled(source.id, settled)) left++
  settled()
}
