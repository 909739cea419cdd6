import type { Host } from '@lacuna/sdk'
import { WebClient } from '@slack/web-api'
import type { Message } from '../message/message.ts'
import { notSlack, ownError, refusal } from './answer.ts'
import type { Place, Poster } from './poster.ts'
import { slackFetch } from './slack-fetch.ts'

/** It would write addresses and bodies to the console. */
const SILENT = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  setName() {},
  getLevel: () => 'error' as never,
}

/** What a {@link botPoster} is made from. */
export interface BotOptions {
  readonly token: string
  readonly channel: string
  /** Where the Web API is. */
  readonly apiUrl: string
}

/** Posts with a bot's token: its messages can be changed, and answered in their thread. */
export function botPoster({ token, channel, apiUrl }: BotOptions, { id, clock }: Host): Poster {
  const { fetch, during } = slackFetch(id, clock)
  const client = new WebClient(token, {
    slackApiUrl: apiUrl,
    fetch,
    logger: SILENT,
    // Waiting and trying again are the runtime's, for all exporters alike.
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
  })

  /** Calls, and reads where the message is from the answer. */
  const call = async (method: string, options: object, signal: AbortSignal): Promise<Place> => {
    let answer: object
    try {
      answer = await during(signal, () => client.apiCall(method, { ...options }))
    } catch (error) {
      const code = platformCode(error)
      throw code === undefined ? ownError(id, error) : codeError(code)
    }
    const channelId = 'channel' in answer ? answer.channel : undefined
    const ts = 'ts' in answer ? answer.ts : undefined
    if (typeof channelId === 'string' && typeof ts === 'string') return { channel: channelId, ts }
    throw notSlack(id)
  }

  const codeError = (code: string) => (/^[a-z][a-z_]*$/.test(code) ? refusal(id, code, 200) : notSlack(id))

  return {
    async post(message, thread, signal) {
      const options = { channel: thread?.channel ?? channel, ...parts(message), ...QUIET }
      return call(
        'chat.postMessage',
        thread === undefined ? options : { ...options, thread_ts: thread.ts },
        signal,
      )
    },
    async update(place, message, signal) {
      await call('chat.update', { channel: place.channel, ts: place.ts, ...parts(message) }, signal)
    },
  }
}

/** No preview of a link, and the text beside the blocks as it is. */
const QUIET = { unfurl_links: false, unfurl_media: false, mrkdwn: false }

function parts(message: Message) {
  return { text: message.text, blocks: [...message.blocks], parse: 'none' }
}

/** The code of an answer that was `ok: false`. */
function platformCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('data' in error)) return undefined
  const { data } = error
  return typeof data === 'object' && data !== null && 'error' in data ? String(data.error) : ''
}
