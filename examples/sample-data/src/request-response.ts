import { type Instant, isoTime, tickText } from './instant.ts'
import type { Random } from './random.ts'
import type { Deployment, Resource } from './resources.ts'

/** One call, before it is written down in one of the shapes that Azure uses. */
export type Call = {
  /** When it was logged: the record's event time. */
  at: Instant
  resource: Resource
  deployment: Deployment
  /** The HTTP status. */
  signature: string | number
  durationMs: number
  caller: string
  correlationId: string
  requestLength: number
  /** The length in bytes as JSON text, because `0`, `0.0` and `"0"` are all met; undefined leaves the key out. */
  responseLength: string | undefined
  account: string
  streaming: boolean
}

/** How a call is written down; everything left out is what genuine exports have. */
export type Shape = {
  /** An object instead of a JSON string. */
  properties?: 'object'
  /** Which year tick counts start in; the resource decides otherwise. */
  epoch?: 'year_1' | 'unix'
  /** A record of the newer endpoint, or the second row that some resources write for a call. */
  kind?: 'v1' | 'near_empty'
  /** Another spelling of the resource id. */
  resourceId?: string
}

const API_NAME = 'Azure OpenAI API version 2026-02-01'

/**
 * One RequestResponse record as one line of JSON, without the newline. Written by hand, not by
 * `JSON.stringify`, as tick counts do not fit a number and `0.0` would not survive. Nothing that goes in needs
 * escaping: names are invented here, ids are GUIDs.
 */
export function requestResponse(call: Call, shape: Shape = {}): string {
  const { resource } = call
  const inner = properties(call, shape)
  return (
    `{"time":"${isoTime(call.at)}","resourceId":"${shape.resourceId ?? resource.id}"` +
    `,"category":"RequestResponse","operationName":"${call.deployment.operation}"` +
    `,"resultSignature":${JSON.stringify(call.signature)},"durationMs":${call.durationMs}` +
    `,"callerIpAddress":"${call.caller}","correlationId":"${call.correlationId}"` +
    `,"event":"ShoeboxCallResult","location":"${resource.region}","Tenant":"${resource.region}"` +
    `,"properties":${shape.properties === 'object' ? inner : JSON.stringify(inner)}}`
  )
}

function properties(call: Call, shape: Shape): string {
  const { at, deployment } = call
  const epoch = shape.epoch ?? call.resource.epoch
  const stream = `"streamType":"${call.streaming ? 'Streaming' : 'Non-Streaming'}"`
  if (shape.kind === 'near_empty') return `{"apiName":"${API_NAME}","objectId":"",${stream}}`

  // A record is written some time after the answer went out; the last digits of the time say how long.
  const answered: Instant = { ms: at.ms - 40 - (at.ticks % 1_500), ticks: (at.ticks * 7) % 10_000 }
  const asked: Instant = { ms: answered.ms - call.durationMs, ticks: (at.ticks * 3) % 10_000 }
  const requestTime = `"requestTime":${tickText(asked, epoch)}`
  const responseLength = call.responseLength === undefined ? '' : `,"responseLength":${call.responseLength}`
  const lengths = `"requestLength":${call.requestLength}${responseLength}`
  const model =
    `${stream},"modelDeploymentName":"${deployment.name}","modelName":"${deployment.model}"` +
    `,"modelVersion":"${deployment.version}"`
  if (shape.kind === 'v1') {
    return `{"apiName":"OpenAI",${requestTime},${lengths},"objectId":"","callerObjectId":"${call.account}",${model}}`
  }
  const responseTime = `"responseTime":${tickText(answered, epoch)}`
  return `{"apiName":"${API_NAME}",${requestTime},${responseTime},${lengths},"objectId":"${call.account}",${model}}`
}

/** A call like most: answered with some text. What `change` says wins. */
export function ordinaryCall(
  random: Random,
  ms: number,
  resource: Resource,
  change: Partial<Call> = {},
): Call {
  const deployment = change.deployment ?? random.pick(resource.deployments)
  const asks = deployment.operation === 'Embeddings_Create' ? 700 : 4_000
  const answers = deployment.operation === 'Embeddings_Create' ? 33_000 : 5_200
  // Squares, so that short ones are common and long ones are there.
  const long = random.unit()
  const slow = random.unit()
  return {
    at: { ms, ticks: random.below(10_000) },
    resource,
    deployment,
    signature: '200',
    durationMs: 90 + Math.floor(slow * slow * 6_000),
    caller: random.pick(resource.callers),
    correlationId: random.guid(),
    requestLength: 120 + Math.floor(long * long * asks),
    responseLength: String(640 + random.below(answers)),
    account: random.pick(resource.accounts),
    streaming: false,
    ...change,
  }
}

/** Whether the rule that Lacuna exists for counts it, from what was planned, not from what was written. */
export function isEmptyAnswer(call: Call): boolean {
  const length = call.responseLength
  return (
    call.deployment.operation === 'ChatCompletions_Create' &&
    String(call.signature) === '200' &&
    (length === '0' || length === '"0"' || length === '0.0')
  )
}
