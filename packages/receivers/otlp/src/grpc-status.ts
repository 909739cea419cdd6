import { Metadata, type StatusObject } from '@grpc/grpc-js'
import { ENCODINGS } from './inflate.ts'
import type { Refusal } from './refusal.ts'
import { PROTOBUF } from './wire.ts'

/** What `grpc-accept-encoding` says. */
export const ACCEPT_ENCODING = ENCODINGS.join(',')

/** A status that is no success. */
export type RefusalStatus = StatusObject

/**
 * A refusal as gRPC tells it. Where trying again helps, the details carry a `RetryInfo`: without one an exporter takes
 * RESOURCE_EXHAUSTED as final.
 */
export function refusalStatus(refusal: Refusal): RefusalStatus {
  const metadata = new Metadata()
  if (refusal.kind === 'unsupported') metadata.set('grpc-accept-encoding', ACCEPT_ENCODING)
  if (refusal.retryAfter !== undefined) {
    const details = PROTOBUF.status(refusal.grpcStatus, refusal.message, refusal.retryAfter)
    metadata.set('grpc-status-details-bin', Buffer.from(details))
  }
  return { code: refusal.grpcStatus, details: refusal.message, metadata }
}
