import {
  type ExporterStatus,
  type HrTime,
  type PipelineStatus,
  type ReceiverStatus,
  type RuntimeStatus,
  type StateOf,
  toMillis,
} from '@lacuna/sdk'
import { unready } from './readiness.ts'

/** How everything is, as the JSON of `/`. */
export function overview(status: RuntimeStatus): object {
  const reasons = unready(status)
  return {
    ready: reasons.length === 0,
    reasons,
    phase: status.phase,
    since: isoTime(status.since),
    pipelines: byId(status.pipelines, ({ state, receivers, exporters }) => ({ state, receivers, exporters })),
    receivers: byId(status.receivers, receiverView),
    exporters: byId(status.exporters, exporterView),
  }
}

/** A pipeline with its receivers and exporters. */
export function pipelineView(pipeline: PipelineStatus, { receivers, exporters }: RuntimeStatus): object {
  return {
    state: pipeline.state,
    receivers: byId(
      receivers.filter(({ id }) => pipeline.receivers.includes(id)),
      receiverView,
    ),
    exporters: byId(
      exporters.filter(({ id }) => pipeline.exporters.includes(id)),
      exporterView,
    ),
  }
}

export function receiverView(receiver: ReceiverStatus): object {
  return { ...stateView(receiver), came_up: receiver.cameUp }
}

export function exporterView(exporter: ExporterStatus): object {
  const { records, maxRecords, bytes, maxBytes, blocking } = exporter.queue
  return {
    ...stateView(exporter),
    queue: { records, max_records: maxRecords, bytes, max_bytes: maxBytes, blocking },
  }
}

/** A reason that is not there is left out by `JSON.stringify`. */
function stateView({ state, since, reason }: StateOf<string>): object {
  return { state, since: isoTime(since), reason }
}

/** To the millisecond, as every parser takes it. */
function isoTime(time: Readonly<HrTime>): string {
  return new Date(toMillis(time)).toISOString()
}

function byId<T extends { readonly id: string }>(list: readonly T[], view: (one: T) => object): object {
  return Object.fromEntries(list.map((one) => [one.id, view(one)]))
}
