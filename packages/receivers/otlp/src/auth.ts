import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { AuthConfig } from './config.ts'

/** Decides by the `Authorization` header who is let in. */
export interface Authenticator {
  /** What stands in `WWW-Authenticate` when somebody is not. */
  readonly challenge: string
  check(header: string | undefined): boolean
}

/**
 * Compares digests under a key that nobody knows, in constant time, with every credential there is: how long it
 * takes says nothing about how much of a guess was right, or whether there was one.
 */
export function authenticator(config: AuthConfig): Authenticator {
  const key = randomBytes(32)
  const digest = (text: string) => createHmac('sha256', key).update(text).digest()
  const bearers = config.bearer_tokens ?? []
  const users = config.basic ?? []
  const accepted = [
    ...bearers.map((token) => digest(`bearer ${token.reveal()}`)),
    ...users.map(({ username, password }) => digest(`basic ${base64(`${username}:${password.reveal()}`)}`)),
  ]
  const challenges: string[] = []
  if (bearers.length > 0) challenges.push('Bearer realm="lacuna"')
  if (users.length > 0) challenges.push('Basic realm="lacuna", charset="UTF-8"')
  return {
    challenge: challenges.join(', '),
    check(header) {
      const given = digest(canonical(header ?? ''))
      let found = false
      // No early end: the place of a credential in the list is nobody's business either.
      for (const one of accepted) found = timingSafeEqual(one, given) || found
      return found
    },
  }
}

/** The scheme in lower case, as it may be written in any, then one blank. */
function canonical(header: string): string {
  const blank = header.indexOf(' ')
  return blank < 0 ? '' : `${header.slice(0, blank).toLowerCase()} ${header.slice(blank + 1).trim()}`
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
