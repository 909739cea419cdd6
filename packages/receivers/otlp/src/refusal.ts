import { status } from '@grpc/grpc-js'

/** How each refusal is told, and under which name it is noted in the ledger. */
const KINDS = {
  bad_data: { http: 400, grpc: status.INVALID_ARGUMENT },
  unauthenticated: { http: 401, grpc: status.UNAUTHENTICATED },
  no_such_path: { http: 404, grpc: status.UNIMPLEMENTED },
  wrong_method: { http: 405, grpc: status.UNIMPLEMENTED },
  too_slow: { http: 408, grpc: status.DEADLINE_EXCEEDED },
  too_large: { http: 413, grpc: status.RESOURCE_EXHAUSTED },
  unsupported: { http: 415, grpc: status.UNIMPLEMENTED },
  /** Too many bytes are under way. */
  busy: { http: 429, grpc: status.RESOURCE_EXHAUSTED },
  /** The pipelines refused it for now, or the receiver is stopping. */
  unavailable: { http: 503, grpc: status.UNAVAILABLE },
} as const

export type RefusalKind = keyof typeof KINDS

/** Milliseconds after which a sender may come back, where the pipelines named no time of their own. */
const DELAY = 1000

/**
 * Why a request was not taken. Its message is a sentence for whoever sent it, and quotes nothing of what they
 * sent.
 */
export class Refusal extends Error {
  readonly kind: RefusalKind
  /** Milliseconds after which to send it again; `undefined` when that cannot help. */
  readonly retryAfter: number | undefined

  constructor(kind: RefusalKind, message: string, retryAfter?: number) {
    super(message)
    this.name = 'Refusal'
    this.kind = kind
    this.retryAfter = kind === 'busy' || kind === 'unavailable' ? (retryAfter ?? DELAY) : undefined
  }

  get httpStatus(): number {
    return KINDS[this.kind].http
  }

  get grpcStatus(): status {
    return KINDS[this.kind].grpc
  }
}

/** What stopping tells all requests that have not been handed on. */
export function stopping(): Refusal {
  return new Refusal('unavailable', 'the receiver is stopping')
}

/** The same words for a wrong and for a missing credential: a stranger learns nothing from them. */
export function unauthenticated(): Refusal {
  return new Refusal('unauthenticated', 'the request carries no valid credentials')
}
