import { readFile } from 'node:fs/promises'
import type { Bearer } from './config-sasl.ts'

/** Milliseconds that the token's endpoint may take. */
const TIMEOUT = 20_000
/** A token is some kilobytes; an answer beyond this is something else. */
const GREATEST_ANSWER = 256 * 2 ** 10

/** A token could not be had; its sentence holds no secret. */
export class TokenError extends Error {
  /** Whether the endpoint refused the credentials, rather than could not be reached. */
  readonly refused: boolean

  constructor(message: string, refused: boolean) {
    super(message)
    this.name = 'TokenError'
    this.refused = refused
  }
}

/** Gets a token: from the file, or by the client-credentials grant (RFC 6749, section 4.4). */
export function fetchToken(bearer: Bearer): Promise<string> {
  return bearer.token_file === undefined ? fromEndpoint(bearer) : fromFile(bearer.token_file)
}

async function fromFile(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new TokenError(`the token file ${file} cannot be read (${code})`, false)
  }
}

async function fromEndpoint({
  token_url = '',
  client_id = '',
  client_secret,
  scope,
}: Bearer): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id,
    client_secret: client_secret?.reveal() ?? '',
    ...(scope === undefined ? {} : { scope }),
  })
  const host = URL.parse(token_url)?.host ?? token_url
  let response: Response
  try {
    // Elsewhere the secret must not follow.
    response = await fetch(token_url, {
      method: 'POST',
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT),
    })
  } catch (error) {
    throw new TokenError(`the token endpoint ${host} cannot be reached (${reasonOf(error)})`, false)
  }
  const text = await bounded(response, host)
  if (!response.ok) {
    const refused = response.status === 400 || response.status === 401 || response.status === 403
    throw new TokenError(
      `the token endpoint ${host} answered ${response.status}; check client_id, client_secret and scope`,
      refused,
    )
  }
  const token = tokenIn(text)
  if (token === undefined)
    throw new TokenError(`the token endpoint ${host} answered without an access_token`, false)
  return token
}

async function bounded(response: Response, host: string): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of response.body ?? []) {
      length += chunk.length
      if (length > GREATEST_ANSWER) break
      chunks.push(chunk)
    }
  } catch (error) {
    throw new TokenError(`the token endpoint ${host} did not answer to the end (${reasonOf(error)})`, false)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function tokenIn(text: string): string | undefined {
  try {
    const token: unknown = JSON.parse(text)?.access_token
    return typeof token === 'string' && token !== '' ? token : undefined
  } catch {
    return undefined
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'failed'
  const cause = error.cause
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name
}
