import { inspect } from 'node:util'
import type { Clock, Exporter, Logger, LogRecord } from '@lacuna/sdk'
import { type TestHost, testHost } from '@lacuna/sdk/testing'
import { eagerClock } from './clock.fixture.ts'
import slack from './index.ts'
import type { SlackServer } from './slack-server.fixture.ts'
import { TOKEN_SECRET, WEBHOOK_SECRET } from './slack-server.fixture.ts'

/** An exporter under test with its host, and all that it logged. */
export interface Rig {
  readonly exporter: Exporter
  readonly host: TestHost
  send(records: readonly LogRecord[], signal?: AbortSignal): Promise<void>
  /** What `send` throws, as its code and its text; `delivered` when it throws nothing. */
  outcome(records: readonly LogRecord[]): Promise<string>
}

export function rig(config: object, clock: Clock = eagerClock()): Rig {
  const lines: unknown[] = []
  const write = (...line: unknown[]) => void lines.push(line)
  const logger: Logger = { debug: write, info: write, warn: write, error: write }
  const host = { ...testHost({ id: 'slack', clock }), logger }
  const exporter = slack.create(slack.config.parse(config), host)
  const send = async (records: readonly LogRecord[], signal = new AbortController().signal) => {
    try {
      await exporter.export(records, signal)
    } catch (error) {
      noSecretIn(error)
      throw error
    } finally {
      noSecretIn([lines, host.ledger, exporter.gauges?.()])
    }
  }
  return {
    exporter,
    host,
    send,
    outcome: (records) =>
      send(records).then(
        () => 'delivered',
        (error: unknown) =>
          error instanceof Error && 'code' in error ? `${error.code} ${error.message}` : String(error),
      ),
  }
}

export const webhook = (server: SlackServer, config: object = {}) =>
  rig({ webhook_url: server.webhookUrl, ...config })

export const bot = (server: SlackServer, config: object = {}, clock?: Clock) =>
  rig({ token: TOKEN_SECRET, channel: '#alerts', api_url: server.apiUrl, ...config }, clock)

/** Looks everywhere in a value, as a log line and an inspector would: causes, stacks, hidden fields. */
export function noSecretIn(value: unknown): void {
  const all = inspect(value, { depth: 20, showHidden: true, maxStringLength: null }) + JSON.stringify(value)
  for (const secret of [WEBHOOK_SECRET, 'SECRETwebhook', TOKEN_SECRET, 'SECRETtoken'])
    if (all.includes(secret)) throw new Error(`a secret is in ${all.replaceAll('SECRET', '******')}`)
}
