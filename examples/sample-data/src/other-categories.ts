import { type Instant, isoTime } from './instant.ts'
import type { Random } from './random.ts'
import type { Call } from './request-response.ts'
import type { Resource } from './resources.ts'

/** Someone listed a resource's keys. No correlation id, duration, signature or location. */
export function auditListKey(random: Random, at: Instant, resource: Resource): string {
  return JSON.stringify({
    time: isoTime(at),
    resourceId: resource.id,
    category: 'Audit',
    operationName: 'ListKey',
    callerIpAddress: random.pick(resource.callers),
    event: 'ShoeboxCallResult',
    Tenant: resource.region,
    properties: JSON.stringify({ objectId: random.pick(resource.accounts) }),
  })
}

/**
 * The same call as API Management in front of the resource saw it: an object in `properties`, sizes under other
 * names, the status a number, the caller not masked. An empty one looks like an empty answer and is not one.
 */
export function gatewayLog(random: Random, call: Call): string {
  const id = call.resource.id.replace(/MICROSOFT\.COGNITIVESERVICES.*$/, 'MICROSOFT.APIMANAGEMENT/SERVICE/')
  return JSON.stringify({
    DeploymentVersion: '0.47.20811.0',
    Level: 4,
    isRequestSuccess: String(call.signature) === '200',
    time: isoTime(call.at),
    operationName: 'Microsoft.ApiManagement/GatewayLogs',
    category: 'GatewayLogs',
    durationMs: call.durationMs,
    callerIpAddress: `203.0.113.${random.between(1, 254)}`,
    correlationId: call.correlationId,
    location: call.resource.region,
    properties: {
      method: 'POST',
      url: `https://gateway.contoso.example/openai/deployments/${call.deployment.name}/chat/completions`,
      backendResponseCode: Number(call.signature),
      responseCode: Number(call.signature),
      responseSize: Number(call.responseLength ?? 0),
      cache: 'none',
      backendTime: call.durationMs - 4,
      requestSize: call.requestLength,
      apiId: 'azure-openai',
      operationId: call.deployment.operation,
      clientProtocol: 'HTTP/1.1',
      backendProtocol: 'HTTP/1.1',
      apiRevision: '1',
      clientTlsVersion: '1.3',
      backendMethod: 'POST',
      backendUrl: `https://${call.resource.name}.contoso.example/openai/deployments/${call.deployment.name}`,
    },
    resourceId: `${id}CONTOSO-GATEWAY`,
    Region: call.resource.region,
    Sku: 'Standard',
  })
}

/** What a call used, in a category that no rule reads: dropped, whatever its lengths say. */
export function requestUsage(random: Random, call: Call): string {
  return unread(call, 'AzureOpenAIRequestUsage', 'ShoeboxAzureOpenAIRequestUsage', {
    promptTokens: [random.between(20, 900)],
    cachedTokens: [0],
    generatedTokens: [random.below(600)],
  })
}

/** A trace of a call, dropped too. */
export function trace(call: Call): string {
  return unread(call, 'Trace', 'ShoeboxTraceResult', { message: 'request completed' })
}

function unread(call: Call, category: string, event: string, more: Record<string, unknown>): string {
  return JSON.stringify({
    time: isoTime(call.at),
    resourceId: call.resource.id,
    category,
    operationName: call.deployment.operation,
    resultSignature: call.signature,
    correlationId: call.correlationId,
    event,
    location: call.resource.region,
    Tenant: call.resource.region,
    properties: JSON.stringify({
      ...more,
      requestLength: call.requestLength,
      responseLength: Number(call.responseLength ?? 0),
      modelDeploymentName: call.deployment.name,
      modelName: call.deployment.model,
    }),
  })
}
