import { defineReceiver } from '@lacuna/sdk'
import { config } from './config.ts'
import { otlpReceiver } from './otlp-receiver.ts'

export type { OtlpConfig } from './config.ts'

/**
 * The `otlp` receiver: takes logs as OpenTelemetry's SDKs and Collectors send them.
 *
 * @example
 * ```yaml
 * receivers:
 *   otlp:
 *     protocols:
 *       grpc: { endpoint: 127.0.0.1:4317 }
 *       http: { endpoint: 127.0.0.1:4318 }
 * ```
 */
export default defineReceiver({
  type: 'otlp',
  description: 'Takes logs over OTLP: gRPC, and HTTP with protobuf or JSON.',
  config,
  create: (settings, host) => otlpReceiver(settings, host),
})
