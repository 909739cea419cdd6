import type { AnyValue, HrTime } from '@lacuna/sdk'
import { toMillis } from '@lacuna/sdk'
import { fitsInt64 } from '../../exact.ts'
import type { ResourceParts } from './resource-id.ts'

/** What the fields beside `azure.open_ai.*` are worked out from. */
export interface Facts {
  readonly time: Readonly<HrTime>
  /** The parts of the resource id; `undefined` when there is none. */
  resource(): ResourceParts | undefined
  /** An attribute under `azure.open_ai.`, by its whole name. */
  field(name: string): AnyValue | undefined
}

export type Derive = (facts: Facts) => AnyValue | undefined

const CATEGORY = 'azure.open_ai.category'
const OPERATION = 'azure.open_ai.operation_name'
const OPERATION_ID = 'azure.open_ai.properties.operation_id'
const SIGNATURE = 'azure.open_ai.result_signature'
const CORRELATION = 'azure.open_ai.correlation_id'
const DURATION = 'azure.open_ai.duration_ms'
const CALLER = 'azure.open_ai.caller_ip_address'
const LOCATION = 'azure.open_ai.location'
const TENANT = 'azure.open_ai.tenant'
const DEPLOYMENT = 'azure.open_ai.properties.model_deployment_name'
const MODEL = 'azure.open_ai.properties.model_name'
const STREAM_TYPE = 'azure.open_ai.properties.stream_type'

/** OpenTelemetry's word for an Azure operation; those it has no word for are left out. */
const GEN_AI_OPERATIONS = new Map<AnyValue | undefined, string>([
  ['ChatCompletions_Create', 'chat'],
  ['ExtensionsChatCompletions_Create', 'chat'],
  ['getChatCompletions', 'chat'],
  ['Completions_Create', 'text_completion'],
  ['Embeddings_Create', 'embeddings'],
])

/**
 * The attributes that stand beside `azure.open_ai.*`: those of the Elastic Common Schema, and OpenTelemetry's
 * wherever it has a name (its registry: `azure.*`, `cloud.*`, `network.*`, `gen_ai.*`).
 */
export const DERIVED: ReadonlyMap<string, Derive> = new Map<string, Derive>([
  ['@timestamp', (facts) => new Date(toMillis(facts.time)).toISOString()],
  ['event.duration', eventDuration],
  ['cloud.provider', () => 'azure'],
  ['cloud.region', (facts) => facts.field(LOCATION) ?? facts.field(TENANT)],
  ['cloud.account.id', (facts) => facts.resource()?.subscription],
  ['cloud.resource_id', (facts) => facts.resource()?.id],
  ['azure.subscription_id', (facts) => facts.resource()?.subscription],
  ['azure.resource.id', (facts) => facts.resource()?.id],
  ['azure.resource.group', (facts) => facts.resource()?.group],
  ['azure.resource.provider', (facts) => facts.resource()?.provider],
  ['azure.resource.name', (facts) => facts.resource()?.name],
  ['azure.category', (facts) => facts.field(CATEGORY)],
  ['azure.operation.name', (facts) => facts.field(OPERATION)],
  ['azure.operation.duration', (facts) => facts.field(DURATION)],
  ['azure.result.signature', (facts) => facts.field(SIGNATURE)],
  ['azure.correlation_id', (facts) => facts.field(CORRELATION)],
  ['network.peer.address', (facts) => facts.field(CALLER)],
  ['gen_ai.provider.name', (facts) => (isModelCall(facts) ? 'azure.ai.openai' : undefined)],
  ['gen_ai.operation.name', genAiOperation],
  ['gen_ai.request.model', (facts) => facts.field(DEPLOYMENT)],
  ['gen_ai.response.model', (facts) => facts.field(MODEL)],
  ['gen_ai.request.stream', isStreaming],
])

/** Milliseconds to nanoseconds; a bigint where a number would lose digits, nothing where 64 bits are too few. */
function eventDuration(facts: Facts): AnyValue | undefined {
  const millis = facts.field(DURATION)
  if (typeof millis !== 'number' && typeof millis !== 'bigint') return undefined
  if (typeof millis === 'number' && Number.isSafeInteger(millis * 1e6)) return millis * 1e6
  const nanos = BigInt(millis) * 1_000_000n
  return fitsInt64(nanos) ? nanos : undefined
}

/** At API Management the operation is its own, and the API's is in `properties.operationId`. */
function genAiOperation(facts: Facts): string | undefined {
  const gateway = facts.field(CATEGORY) === 'GatewayLogs'
  return GEN_AI_OPERATIONS.get(facts.field(gateway ? OPERATION_ID : OPERATION))
}

/** A gateway may stand before any API, and an Audit record is about no call. */
function isModelCall(facts: Facts): boolean {
  return facts.field(CATEGORY) === 'RequestResponse' || genAiOperation(facts) !== undefined
}

function isStreaming(facts: Facts): boolean | undefined {
  const type = facts.field(STREAM_TYPE)
  return type === 'Streaming' ? true : type === 'Non-Streaming' ? false : undefined
}
