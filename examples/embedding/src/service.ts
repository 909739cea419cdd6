import { createPipeline, type Pipeline } from '@lacuna/runtime'
import { defineExporter, type LogRecord } from '@lacuna/sdk'
import { z } from 'zod'

/** What a service is told of an alert; here it is only a function. */
export type OnAlert = (alert: LogRecord) => void

/**
 * A pipeline that reads Azure OpenAI logs and hands every alert to a function of this program.
 *
 * @param include files to read, relative to the working directory
 */
export function watchLogs(include: string[], onAlert: OnAlert, signal?: AbortSignal): Promise<Pipeline> {
  // An exporter is a plain object: it may close over whatever the program has.
  const inMemory = defineExporter({
    type: 'in_memory',
    description: 'Hands alerts to this program.',
    config: z.strictObject({}),
    create: () => ({ export: (records) => records.forEach(onAlert) }),
  })
  const config = {
    // Read once, so that `done` resolves at the end; a service that watches leaves `follow: false` out.
    receivers: { file: { include, follow: false } },
    processors: { field_mapping: { preset: 'azure_openai' }, zero_length_response: {} },
    exporters: { in_memory: {} },
    service: {
      pipelines: {
        logs: {
          receivers: ['file'],
          processors: ['field_mapping', 'zero_length_response'],
          exporters: ['in_memory'],
        },
      },
    },
  }
  const components = {
    receivers: { file: () => import('@lacuna/receiver-file') },
    processors: {
      field_mapping: () => import('@lacuna/processor-field-mapping'),
      zero_length_response: () => import('@lacuna/processor-zero-length-response'),
    },
    exporters: { in_memory: inMemory },
  }
  return createPipeline(config, { components, ...(signal && { signal }) })
}
