import { defineExporter } from '@lacuna/sdk'
import { slackConfig } from './config.ts'
import { createSlackExporter } from './slack-exporter.ts'

export type { SlackConfig } from './config.ts'
export { createSlackExporter } from './slack-exporter.ts'

/** The `slack` exporter: alerts as messages that an analyst can act on. */
export default defineExporter({
  type: 'slack',
  description: 'Posts alerts to a Slack channel as messages that an analyst can act on.',
  config: slackConfig,
  // A call may wait for a dozen turns of its channel, each a second.
  defaults: { timeout: 60_000 },
  create: createSlackExporter,
})
