import { compileCondition } from '@lacuna/esql'
import type { Exporter, Host, LogRecord } from '@lacuna/sdk'
import { fieldReader, LacunaError, RetryableError } from '@lacuna/sdk'
import { createCompose } from './compose.ts'
import type { SlackConfig } from './config.ts'
import { createOutbox } from './outbox.ts'
import { botPoster } from './transport/bot.ts'
import type { Poster } from './transport/poster.ts'
import { webhookPoster } from './transport/webhook.ts'

/**
 * Makes a `slack` exporter.
 *
 * `export` resolves when every record that is for the channel is in it. It throws a `RetryableError` (with
 * `retryAfter` where Slack said how long), a `PermanentError` with what to check, or a `PartialError` for records
 * that Slack refused while it took others. A call that is made again sends only what the first did not.
 *
 * @example
 * ```ts
 * const exporter = createSlackExporter(slackConfig.parse({ webhook_url: 'https://hooks.slack.com/…' }), host)
 * ```
 */
export function createSlackExporter(config: SlackConfig, host: Host): Exporter {
  const where = compileCondition(config.where, fieldReader)
  const outbox = createOutbox({
    poster: posterFor(config, host),
    compose: createCompose(config),
    clock: host.clock,
    ledger: host.ledger,
    groupAbove: config.group_above,
    component: host.id,
  })

  return {
    async export(records, signal) {
      const chosen: [index: number, record: LogRecord][] = []
      records.forEach((record, index) => {
        if (where.test(record)) chosen.push([index, record])
      })
      try {
        if (chosen.length > 0) await outbox.send(chosen, records.length, signal)
      } catch (error) {
        // The call is made again, and counts them then.
        if (!(error instanceof RetryableError)) note(records.length - chosen.length)
        throw error
      }
      note(records.length - chosen.length)
    },
    gauges: () => ({ waiting: outbox.waiting, open_messages: outbox.episodes }),
    stop: () => outbox.stop(),
  }

  function note(count: number): void {
    if (count > 0) host.ledger.noted('not_chosen', count)
  }
}

function posterFor({ webhook_url, token, channel, api_url }: SlackConfig, host: Host): Poster {
  if (webhook_url !== undefined) return webhookPoster(webhook_url.reveal(), host)
  if (token !== undefined && channel !== undefined)
    return botPoster({ token: token.reveal(), channel, apiUrl: api_url }, host)
  throw new LacunaError('no_address', 'give "webhook_url", or "token" and "channel"', { component: host.id })
}
