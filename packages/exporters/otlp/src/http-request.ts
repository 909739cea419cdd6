import { type Agent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'

/** More of an answer than this is not read: its text is for one sentence. */
const MAX_ANSWER = 64 * 1024

/** What a server answered. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** One request. */
export interface HttpRequest {
  readonly url: URL
  readonly agent: Agent
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly signal: AbortSignal
}

/**
 * Posts once. Redirects are not followed: headers with secrets would follow too.
 *
 * In place of the transports of `@opentelemetry/otlp-exporter-base`: those can only be had wrapped in a retry
 * of their own, beside the runtime's; they take no signal, and give of a failure neither the answer's details nor
 * the kind of a TLS error.
 *
 * A connection that the server closed while it was idle may only be noticed by sending on it. That is nobody's
 * failure: it is sent once more at once, on another connection.
 */
export async function post(options: HttpRequest): Promise<HttpAnswer> {
  try {
    return await postOnce(options)
  } catch (error) {
    if (!(error instanceof StaleConnection)) throw error
    return postOnce(options)
  }
}

class StaleConnection extends Error {}

function postOnce({ url, agent, headers, body, signal }: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest
    const request = send(url, { method: 'POST', agent, headers, signal })
    let answered = false
    request.on('response', (response) => {
      answered = true
      collect(response, resolve, reject)
    })
    request.on('error', (error: NodeJS.ErrnoException) => {
      const stale =
        request.reusedSocket && !answered && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
      reject(stale && !signal.aborted ? new StaleConnection() : error)
    })
    request.end(body)
  })
}

function collect(
  response: IncomingMessage,
  resolve: (answer: HttpAnswer) => void,
  reject: (error: Error) => void,
): void {
  const chunks: Buffer[] = []
  let length = 0
  const done = () => {
    const body = Buffer.concat(chunks).subarray(0, MAX_ANSWER)
    resolve({ status: response.statusCode ?? 0, headers: response.headers, body })
  }
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    length += chunk.length
    if (length <= MAX_ANSWER) return
    done()
    response.destroy()
  })
  response.on('end', done)
  response.on('error', reject)
  response.on('close', () => {
    if (!response.complete) reject(Object.assign(new Error('cut short'), { code: 'ECONNRESET' }))
  })
}
