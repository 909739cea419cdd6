import { LacunaError, PermanentError, RetryableError } from '@lacuna/sdk'
import { GoneError, RefusedError } from './poster.ts'

/** Codes of Slack for "later", beside the status 429 and those from 500 up. */
const LATER = new Set([
  'fatal_error',
  'internal_error',
  'ratelimited',
  'rate_limited',
  'request_timeout',
  'rollup_error',
  'service_unavailable',
  'team_added_to_org',
])

/** Codes about one message, not about whoever sends it. */
const THIS_MESSAGE = new Set([
  'invalid_attachments',
  'invalid_blocks',
  'invalid_blocks_format',
  'invalid_payload',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_text',
])

const GONE = new Set([
  'cant_update_message',
  'cannot_reply_to_message',
  'edit_window_closed',
  'message_not_found',
  'thread_not_found',
])

const TOKEN = 'check "token": it must be the bot token (xoxb-…) of an app that is installed in the workspace'
const WEBHOOK = 'check "webhook_url": make a new webhook in the settings of the Slack app'

/** What to do about a code, in the words that follow it. */
const ADVICE: Readonly<Record<string, string>> = {
  account_inactive: TOKEN,
  invalid_auth: TOKEN,
  not_authed: TOKEN,
  token_expired: TOKEN,
  token_revoked: TOKEN,
  missing_scope: 'give the app the scope chat:write and install it again',
  no_permission: 'give the app the scope chat:write and install it again',
  not_allowed_token_type: TOKEN,
  channel_not_found: 'check the channel, and invite the app to it when it is private',
  not_in_channel: 'invite the app to the channel',
  is_archived: 'the channel is archived: choose another one',
  channel_is_archived: 'the channel is archived: choose another one',
  restricted_action: 'the workspace does not let the app post there: ask its administrator',
  action_prohibited: 'the workspace does not let the app post there: ask its administrator',
  posting_to_general_channel_denied: 'the workspace does not let the app post there: ask its administrator',
  ekm_access_denied: 'the workspace does not let the app post there: ask its administrator',
  invalid_token: WEBHOOK,
  no_active_hooks: WEBHOOK,
  no_service: WEBHOOK,
  no_service_id: WEBHOOK,
  no_team: WEBHOOK,
  team_disabled: 'the workspace is not active any more',
  user_not_found: WEBHOOK,
}

/**
 * The error for a code with which Slack refused a message.
 *
 * @param code what Slack said; shown only when it looks like a code, for an answer may hold anything
 */
export function refusal(component: string, code: string, status: number, retryAfter?: number): Error {
  const known = /^[a-z][a-z_]{1,49}$/.test(code) ? code : undefined
  const said = known === undefined ? `with status ${status}` : `with ${known}`
  if (LATER.has(code)) return later(component, `Slack cannot take messages now (${known})`, retryAfter)
  if (THIS_MESSAGE.has(code)) return new RefusedError(`Slack refused the message ${said}`)
  if (GONE.has(code)) return new GoneError(`Slack has no such message (${known})`)
  const advice = Object.hasOwn(ADVICE, code)
    ? ADVICE[code]
    : 'check the address, the token and the channel, and what the code means in the documentation of Slack'
  return new PermanentError(`Slack refused the message ${said}: ${advice}`, { component })
}

/** The error for a status that says nothing about the message: 429, 408, and those from 500 up. */
export function later(component: string, message: string, retryAfter: number | undefined): RetryableError {
  return new RetryableError(message, retryAfter === undefined ? { component } : { component, retryAfter })
}

/**
 * What a client of Slack threw, as an error of ours; both wrap what came out of `fetch`. None of theirs is kept as
 * a cause: they hold addresses and headers.
 */
export function ownError(component: string, thrown: unknown): Error {
  if (thrown instanceof LacunaError || thrown instanceof RefusedError || thrown instanceof GoneError)
    return thrown
  if (thrown instanceof Error && 'original' in thrown) return ownError(component, thrown.original)
  // Only an answer that is none of Slack's makes them stumble.
  return notSlack(component)
}

/** The error for an answer that is none of Slack's: a proxy's page, say. Whether the message arrived is not known. */
export function notSlack(component: string): RetryableError {
  return new RetryableError(
    'what answers does not answer as Slack does: check the address, and whether a proxy stands in between',
    { component },
  )
}
