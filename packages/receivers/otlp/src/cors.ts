import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CorsConfig } from './config.ts'

/** Headers that an exporter in a page sends. */
const ALLOWED_HEADERS = 'authorization, content-encoding, content-type'
/** Seconds that a browser may remember the answer; more than two hours it would cut. */
const MAX_AGE = '7200'

/**
 * Lets pages of the named origins send. `true` when the request was only a browser's question whether it may,
 * which carries no credentials and has been answered.
 */
export function answerCors(config: CorsConfig, request: IncomingMessage, response: ServerResponse): boolean {
  response.setHeader('Vary', 'Origin')
  const { origin } = request.headers
  if (origin === undefined || !allows(config, origin)) return false
  response.setHeader('Access-Control-Allow-Origin', config.allowed_origins.includes('*') ? '*' : origin)
  response.setHeader('Access-Control-Expose-Headers', 'Retry-After')
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined)
    return false
  response.writeHead(204, {
    'Access-Control-Allow-Methods': 'POST',
    'Access-Control-Allow-Headers': ALLOWED_HEADERS,
    'Access-Control-Max-Age': MAX_AGE,
  })
  response.end()
  return true
}

function allows({ allowed_origins }: CorsConfig, origin: string): boolean {
  return allowed_origins.includes('*') || allowed_origins.includes(origin)
}
