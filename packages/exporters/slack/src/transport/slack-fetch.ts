import type { Clock } from '@lacuna/sdk'
import { PermanentError, RetryableError, toMillis } from '@lacuna/sdk'
import { later, refusal } from './answer.ts'

/** Bytes of an answer that are read: Slack's have some thousand. */
const MAX_ANSWER = 256 * 1024
/** The longest that anyone may ask us to wait, in milliseconds. */
const MAX_RETRY_AFTER = 3_600_000

interface Init {
  method?: string
  headers?: Record<string, string>
  body?: string | FormData
}

/** `fetch` as both of Slack's clients take it, and the signal of the call that is under way. */
export interface SlackFetch {
  readonly fetch: (url: string | URL, init?: Init) => Promise<Response>
  /** Runs one call of a client with this signal; one at a time. */
  during<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T>
}

/**
 * One way to the server for both clients: it ends with the signal, follows no redirect (a secret goes nowhere else),
 * reads no endless answer, and throws errors of ours whose text has no secret in it.
 *
 * @param component the exporter's id, for errors
 */
export function slackFetch(component: string, clock: Clock): SlackFetch {
  let current: AbortSignal | undefined

  const answerOf = async (response: Response, host: string): Promise<Response> => {
    const { status } = response
    const retryAfter = retryAfterOf(response.headers.get('retry-after'), clock)
    if (status >= 300 && status < 400) {
      await response.body?.cancel()
      throw new PermanentError(
        `${host} answered with a redirect (${status}), which is not followed: check the address, and whether a proxy stands in between`,
        { component },
      )
    }
    const text = await textOf(response, component, host)
    if (status === 429) throw later(component, 'Slack asks for fewer messages (429)', retryAfter)
    if (status === 408 || status >= 500) throw later(component, `${host} answered ${status}`, retryAfter)
    if (status !== 200) throw refusal(component, codeOf(text), status)
    // A type of our own choice: for one of them the client would unpack the answer.
    return new Response(text, { headers: headersFor(response) })
  }

  return {
    async fetch(url, init) {
      const { hostname } = new URL(url)
      const signal = current
      try {
        const response = await fetch(url, { ...init, redirect: 'manual', signal: signal ?? null })
        return await answerOf(response, hostname)
      } catch (error) {
        if (error instanceof Error && 'component' in error) throw error
        if (error instanceof Error && !(error instanceof TypeError) && signal?.aborted !== true) throw error
        if (signal?.aborted === true)
          throw new RetryableError('the message was given up before Slack answered', { component })
        throw unreachable(component, hostname, error)
      }
    },

    async during(signal, call) {
      current = signal
      try {
        return await call()
      } finally {
        current = undefined
      }
    },
  }
}

async function textOf(response: Response, component: string, host: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > MAX_ANSWER)
      throw new RetryableError(`${host} answered with more than Slack ever does`, { component })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

/** The code in an answer: the webhooks' is the text itself, the Web API's the field `error`. */
function codeOf(text: string): string {
  try {
    const answer: unknown = JSON.parse(text)
    if (typeof answer === 'object' && answer !== null && 'error' in answer) return String(answer.error)
  } catch {
    // No JSON: a webhook's answer, or not Slack's at all.
  }
  return text.trim()
}

function headersFor(response: Response): Headers {
  const headers = new Headers({ 'content-type': 'application/json' })
  const retryAfter = response.headers.get('retry-after')
  if (retryAfter !== null) headers.set('retry-after', retryAfter)
  return headers
}

/** Milliseconds of a `Retry-After`, given in seconds or as a date (RFC 9110, section 10.2.3). */
export function retryAfterOf(header: string | null, clock: Clock): number | undefined {
  if (header === null) return undefined
  const millis = /^\d{1,10}$/.test(header.trim())
    ? Number(header) * 1000
    : Date.parse(header) - toMillis(clock.now())
  return millis > 0 ? Math.min(millis, MAX_RETRY_AFTER) : undefined
}

/** Why there was no answer, by the code of what `fetch` tells as the cause. */
function unreachable(component: string, host: string, error: unknown): RetryableError {
  const cause: unknown = error instanceof Error ? error.cause : undefined
  const given = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : ''
  const code = /^[A-Z][A-Z0-9_]{2,60}$/.test(given) ? given : 'no reason given'
  const advice = /CERT|SIGNATURE|ISSUER|SELF_SIGNED/.test(code)
    ? 'its certificate is not trusted: check the address and, where a proxy inspects TLS, NODE_EXTRA_CA_CERTS'
    : 'check the address and that this machine may reach it'
  return new RetryableError(`cannot reach ${host} (${code}): ${advice}`, { component })
}
