import type { Components } from '@lacuna/runtime'

/**
 * What the `lacuna` command has built in, by the type that a configuration names. Each is imported only when a
 * configuration uses it.
 */
export const components: Components = {
  receivers: {
    event_hubs: () => import('@lacuna/receiver-event-hubs'),
    file: () => import('@lacuna/receiver-file'),
    otlp: () => import('@lacuna/receiver-otlp'),
  },
  processors: {
    field_mapping: () => import('@lacuna/processor-field-mapping'),
    redact: () => import('@lacuna/processor-redact'),
    zero_length_response: () => import('@lacuna/processor-zero-length-response'),
  },
  exporters: {
    kafka: () => import('@lacuna/exporter-kafka'),
    otlp: () => import('@lacuna/exporter-otlp'),
    slack: () => import('@lacuna/exporter-slack'),
    stdout: () => import('@lacuna/exporter-stdout'),
  },
  extensions: {
    health_check: () => import('@lacuna/extension-health-check'),
    storage: () => import('@lacuna/extension-storage'),
  },
}
