import type { RuntimeStatus } from '@lacuna/sdk'
import { unready } from './readiness.ts'
import { exporterView, overview, pipelineView, receiverView } from './view.ts'

/** What a request is answered with: a status and an object that is sent as JSON. */
export interface Answer {
  readonly status: 200 | 404 | 405 | 500 | 503
  readonly body: object
}

const PLACES = '/, /live, /ready, /pipelines/ID, /receivers/ID and /exporters/ID'

/**
 * Answers a request. It never throws for anything that stands in a request, and quotes nothing of it.
 *
 * @param url as it stands in the request's first line; a query is ignored
 */
export function answer(
  method: string | undefined,
  url: string | undefined,
  status: () => RuntimeStatus,
): Answer {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, body: { error: 'only GET and HEAD' } }
  const path = pathOf(url ?? '')
  if (path === '/live') return { status: 200, body: { live: true } }
  if (path === '/ready') {
    const reasons = unready(status())
    return { status: reasons.length === 0 ? 200 : 503, body: { ready: reasons.length === 0, reasons } }
  }
  if (path === '/') {
    const now = status()
    return { status: unready(now).length === 0 ? 200 : 503, body: overview(now) }
  }
  return component(path, status)
}

/** `/receivers/event_hubs/azure`: one component, with 200 where nothing is wrong with it. */
function component(path: string, status: () => RuntimeStatus): Answer {
  const [, section = ''] = path.split('/', 2)
  const id = path.slice(section.length + 2)
  const now = status()
  if (section === 'pipelines') return found('pipeline', id, now.pipelines, (one) => pipelineView(one, now))
  if (section === 'receivers') return found('receiver', id, now.receivers, receiverView)
  if (section === 'exporters') return found('exporter', id, now.exporters, exporterView)
  return { status: 404, body: { error: `nothing is here; there is ${PLACES}` } }
}

function found<T extends { readonly id: string; readonly state: string }>(
  kind: string,
  id: string,
  among: readonly T[],
  view: (one: T) => object,
): Answer {
  const one = among.find((each) => each.id === id)
  if (one === undefined) return { status: 404, body: { error: `there is no ${kind} of this id` } }
  const well = one.state === 'ok' || one.state === 'ended'
  return { status: well ? 200 : 503, body: { id, ...view(one) } }
}

/** What a client puts in front of the path when it takes us for a proxy. */
const ORIGIN = /^https?:\/\/[^/?#]*/i

/** The decoded path; what cannot be decoded is no path of ours. */
function pathOf(url: string): string {
  const target = url.replace(ORIGIN, '')
  const end = target.search(/[?#]/)
  try {
    return decodeURIComponent(end < 0 ? target : target.slice(0, end)) || '/'
  } catch {
    return '?'
  }
}
