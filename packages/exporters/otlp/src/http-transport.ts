import { Agent } from 'node:http'
import { Agent as TlsAgent } from 'node:https'
import { promisify } from 'node:util'
import { gzip, gzipSync } from 'node:zlib'
import {
  decodeResponse,
  decodeResponseJson,
  decodeStatus,
  decodeStatusJson,
  encodeLogs,
  encodeLogsJson,
  type PartialSuccess,
} from '@lacuna/otlp'
import type { Host, LogRecord } from '@lacuna/sdk'
import { PermanentError, RetryableError } from '@lacuna/sdk'
import type { OtlpConfig } from './config.ts'
import { logsUrl, shownUrl } from './endpoint.ts'
import { type HttpAnswer, post } from './http-request.ts'
import { networkFailure } from './network-error.ts'
import { retryAfter } from './retry-after.ts'
import { serverText } from './server-text.ts'
import { readTlsFiles } from './tls-files.ts'
import type { Transport } from './transport.ts'

const compress = promisify(gzip)

/** A body up to this size is compressed at once, within a millisecond: an alert must not wait for a thread to be free. */
const SMALL = 32 * 1024

/** What OTLP says may be tried again; whatever else is refused is refused for good. */
const RETRYABLE = new Set([429, 502, 503, 504])

/** Sends over HTTP, as protobuf or JSON. */
export function httpTransport(config: OtlpConfig, host: Host, warn: (message: string) => void): Transport {
  const url = logsUrl(config.endpoint)
  const shown = shownUrl(url, config.protocol)
  const json = config.protocol === 'http/json'
  const clean = serverText(config.headers)
  const component = host.id
  let agent: Agent = new Agent({ keepAlive: true })

  const headers: Record<string, string> = { 'user-agent': 'lacuna' }
  for (const [name, value] of Object.entries(config.headers)) headers[name.toLowerCase()] = value.reveal()
  headers['content-type'] = json ? 'application/json' : 'application/x-protobuf'
  if (config.compression === 'gzip') headers['content-encoding'] = 'gzip'

  return {
    async open() {
      if (url.protocol !== 'https:') return
      agent.destroy()
      agent = new TlsAgent({ keepAlive: true, ...(await readTlsFiles(config.tls, component)) })
    },
    async send(records, signal) {
      const body = await bodyOf(records)
      let answer: HttpAnswer
      try {
        const length = { 'content-length': String(body.length) }
        answer = await post({ url, agent, headers: { ...headers, ...length }, body, signal })
      } catch (error) {
        if (signal.aborted) throw new RetryableError(`no answer from ${shown} in time`, { component })
        throw new RetryableError(`cannot send to ${shown}: ${networkFailure(error)}`, { component })
      }
      return outcome(answer)
    },
    close: () => agent.destroy(),
  }

  async function bodyOf(records: readonly LogRecord[]): Promise<Uint8Array> {
    let body: Uint8Array
    try {
      body = json ? Buffer.from(encodeLogsJson(records)) : encodeLogs(records)
    } catch {
      throw new PermanentError(`${records.length} records are too large for one request`, { component })
    }
    if (config.compression !== 'gzip') return body
    return body.length <= SMALL ? gzipSync(body) : compress(body)
  }

  function outcome({ status, headers, body }: HttpAnswer): PartialSuccess | undefined {
    const type = headers['content-type'] ?? ''
    if (status >= 200 && status < 300) return accepted(type, body)
    const answered = `${shown} answered ${status}${saying(type, body)}`
    if (RETRYABLE.has(status)) {
      const delay = retryAfter(headers['retry-after'], host.clock)
      throw new RetryableError(answered, { component, ...(delay !== undefined && { retryAfter: delay }) })
    }
    if (status >= 300 && status < 400) {
      throw new PermanentError(`${answered}: redirects are not followed, set endpoint to where it leads`, {
        component,
      })
    }
    throw new PermanentError(answered, { component })
  }

  function accepted(type: string, body: Buffer): PartialSuccess | undefined {
    if (body.length === 0) return undefined
    // What a proxy or a portal shows to people says that no receiver has been reached.
    if (type.startsWith('text/html')) {
      throw new RetryableError(`${shown} answered with a web page: is it an OTLP receiver?`, { component })
    }
    try {
      if (type.startsWith('application/json')) return decodeResponseJson(body)
      if (type.startsWith('application/x-protobuf')) return decodeResponse(body)
    } catch {
      // Said below.
    }
    warn(`${shown} accepted records with an answer that is not OTLP`)
    return undefined
  }

  /** What the server says of its refusal, as the rest of the sentence. */
  function saying(type: string, body: Buffer): string {
    let text = ''
    try {
      if (type.startsWith('application/x-protobuf')) text = decodeStatus(body).message
      else if (type.startsWith('application/json')) text = decodeStatusJson(body).message
      else if (type.startsWith('text/plain')) text = body.toString('utf8').trim()
    } catch {
      return ''
    }
    return text === '' ? '' : ` (${clean(text)})`
  }
}
