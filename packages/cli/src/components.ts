import type { Components } from '@lacuna/runtime'

/**
 * What the `lacuna` command has built in, by the type that a configuration names. Each is imported only when a
 * configuration uses it.
 */
export const components: Components = {
  receivers: {
    file: () => import('@lacuna/receiver-file'),
  },
  processors: {
    field_mapping: () => import('@lacuna/processor-field-mapping'),
    zero_length_response: () => import('@lacuna/processor-zero-length-response'),
  },
  exporters: {
    stdout: () => import('@lacuna/exporter-stdout'),
  },
}
