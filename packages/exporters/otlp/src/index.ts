import { defineExporter } from '@lacuna/sdk'
import { otlpConfig } from './config.ts'
import { createOtlpExporter } from './otlp-exporter.ts'

export type { OtlpConfig } from './config.ts'
export { createOtlpExporter } from './otlp-exporter.ts'

/** The `otlp` exporter: records over HTTP or gRPC to any OTLP receiver. */
export default defineExporter({
  type: 'otlp',
  description: 'Sends records and alerts over OTLP: HTTP with protobuf or JSON, or gRPC.',
  config: otlpConfig,
  create: createOtlpExporter,
})
