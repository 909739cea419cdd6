import { defineExtension } from '@lacuna/sdk'
import { config } from './config.ts'
import { healthCheck } from './health-check.ts'

export type { HealthCheckConfig } from './config.ts'

/**
 * The `health_check` extension: says over HTTP whether Lacuna lives, is ready, and how each part of it is.
 *
 * @example
 * ```yaml
 * extensions:
 *   health_check: { endpoint: 127.0.0.1:13133 }
 * service:
 *   extensions: [health_check]
 * ```
 */
export default defineExtension({
  type: 'health_check',
  description:
    'Says over HTTP whether Lacuna lives, is ready, and how its pipelines, receivers and exporters are.',
  config,
  create: (settings, host) => healthCheck(settings, host),
})
