import type { LogRecord } from '@lacuna/sdk'
import { fieldReader } from '@lacuna/sdk'

const PROPERTIES = 'azure.open_ai.properties'
const LONGEST = 256

/**
 * The lists of an alert's evidence, by name, and the fields they are read from: the first that is there. Behind Azure's
 * come those of OpenTelemetry's conventions, for a service that logs its calls itself.
 */
const LISTS: readonly (readonly [name: string, ...fields: string[]])[] = [
  // Records of the v1 endpoint name the caller in `callerObjectId`.
  ['accounts', `${PROPERTIES}.object_id`, `${PROPERTIES}.caller_object_id`, 'user.id'],
  ['callers', 'azure.open_ai.caller_ip_address', 'client.address'],
  ['deployments', `${PROPERTIES}.model_deployment_name`, 'gen_ai.request.model'],
  ['models', `${PROPERTIES}.model_name`, 'gen_ai.response.model'],
  ['stream_types', `${PROPERTIES}.stream_type`],
  ['correlation_ids', 'azure.open_ai.correlation_id', 'gen_ai.response.id'],
]

/** The names of the lists, in the order of {@link evidenceValues}. */
export const EVIDENCE_LISTS: readonly string[] = LISTS.map(([name]) => name)

const listReaders = LISTS.map(([, ...fields]) => fields.map(fieldReader))
const requestLength = fieldReader(`${PROPERTIES}.request_length`)

/** What an alert lists of a match. Texts are cut: they are written by strangers and kept for an hour. */
export function evidenceValues(record: LogRecord): (string | undefined)[] {
  return listReaders.map((readers) => {
    for (const read of readers) {
      const value = read(record)
      if (typeof value === 'string') return value.slice(0, LONGEST).toWellFormed()
      if (typeof value === 'number' || typeof value === 'bigint') return String(value)
    }
    return undefined
  })
}

/** What an alert sums up of a match: the length of its request in bytes. */
export function evidenceNumbers(record: LogRecord): (number | undefined)[] {
  const value = requestLength(record)
  return [typeof value === 'number' && Number.isFinite(value) ? value : undefined]
}
