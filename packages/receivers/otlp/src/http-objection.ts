import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Authenticator } from './auth.ts'
import { ENCODINGS, encodingOf, tooLarge } from './inflate.ts'
import { Refusal, unauthenticated } from './refusal.ts'
import { CONTENT_TYPES, formatOf } from './wire.ts'

const PATH = '/v1/logs'

export interface Rules {
  readonly auth: Authenticator | undefined
  readonly maxRequestBytes: number
  /** The methods that `Allow` names. */
  readonly allow: string
}

/**
 * What the head of a request alone is refused for, before any of its body is read; who sends it comes first. Sets the
 * headers that say what would be taken instead.
 */
export function objection(
  request: IncomingMessage,
  response: ServerResponse,
  rules: Rules,
): Refusal | undefined {
  const { headers } = request
  if (rules.auth?.check(headers.authorization) === false) {
    response.setHeader('WWW-Authenticate', rules.auth.challenge)
    return unauthenticated()
  }
  if (pathOf(request.url) !== PATH)
    return new Refusal('no_such_path', `logs are taken at ${PATH}, and nothing else`)
  if (request.method !== 'POST') {
    response.setHeader('Allow', rules.allow)
    return new Refusal('wrong_method', `logs are sent to ${PATH} with POST`)
  }
  if (formatOf(headers['content-type']) === undefined) {
    const taken = CONTENT_TYPES.join(', ')
    response.setHeader('Accept', taken)
    return new Refusal('unsupported', `Content-Type must be one of ${taken}`)
  }
  if (encodingOf(headers['content-encoding']) === undefined) {
    const taken = ENCODINGS.join(', ')
    response.setHeader('Accept-Encoding', taken)
    return new Refusal('unsupported', `Content-Encoding must be one of ${taken}`)
  }
  return Number(headers['content-length'] ?? 0) > rules.maxRequestBytes
    ? tooLarge(rules.maxRequestBytes)
    : undefined
}

function pathOf(url = ''): string {
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}
