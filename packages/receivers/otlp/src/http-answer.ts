import type { ServerResponse } from 'node:http'
import type { Refusal } from './refusal.ts'
import type { Format } from './wire.ts'

/** Says that the pipelines have accepted a request. */
export function answerSuccess(response: ServerResponse, format: Format): void {
  send(response, 200, format.contentType, format.success)
}

/** Says why a request was not taken: a status, `Retry-After` where it helps, and a `google.rpc.Status`. */
export function answerRefusal(response: ServerResponse, refusal: Refusal, format: Format): void {
  if (refusal.retryAfter !== undefined) {
    response.setHeader('Retry-After', Math.max(1, Math.ceil(refusal.retryAfter / 1000)))
  }
  const body = format.status(refusal.grpcStatus, refusal.message, refusal.retryAfter)
  send(response, refusal.httpStatus, format.contentType, body)
}

function send(response: ServerResponse, status: number, contentType: string, body: Uint8Array): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': body.length })
  response.end(body)
}
