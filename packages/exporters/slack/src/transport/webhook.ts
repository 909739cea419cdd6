import type { Host } from '@lacuna/sdk'
import { IncomingWebhook } from '@slack/webhook'
import type { Message } from '../message/message.ts'
import { notSlack, ownError } from './answer.ts'
import type { Poster } from './poster.ts'
import { slackFetch } from './slack-fetch.ts'

/** Posts through an incoming webhook, which cannot change or answer a message. */
export function webhookPoster(url: string, { id, clock }: Host): Poster {
  const { fetch, during } = slackFetch(id, clock)
  const webhook = new IncomingWebhook(url, { fetch, retryConfig: { retries: 0 } })

  return {
    async post(message: Message, _thread, signal) {
      const payload = {
        text: message.text,
        blocks: [...message.blocks],
        unfurl_links: false,
        unfurl_media: false,
        // The text beside the blocks is as it is, without formats.
        mrkdwn: false,
      }
      const { text } = await during(signal, () => webhook.send(payload)).catch((error: unknown) => {
        throw ownError(id, error)
      })
      if (text.trim() !== 'ok') throw notSlack(id)
      return undefined
    },
  }
}
