/** The YAML of the contract, to the letter. */
export const CONTRACT = `receivers:
  file:
    include: [logs.ndjson]
    start_at: beginning
    follow: false
processors:
  field_mapping:
    preset: azure_openai
  zero_length_response:
    window: { type: sliding, size: 60m }      # or tumbling, or slide: 10m
    threshold: 10
exporters:
  stdout:
    format: json
service:
  pipelines:
    logs:
      receivers: [file]
      processors: [field_mapping, zero_length_response]
      exporters: [stdout]
`

/** Nine o'clock of the sample day, in milliseconds. */
export const NINE = Date.parse('2026-09-14T09:00:00Z')

export const MINUTE = 60_000

let ids = 0

/** A successful chat completion of length zero, as a value; `change` replaces top-level keys. */
export function emptyAnswer(
  name: string,
  millis: number,
  change: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  ids++
  return {
    time: `${new Date(millis).toISOString().slice(0, -1)}0000Z`,
    resourceId: resourceId(name),
    category: 'RequestResponse',
    operationName: 'ChatCompletions_Create',
    resultSignature: '200',
    durationMs: 1200,
    callerIpAddress: '203.0.113.***',
    correlationId: `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`,
    location: 'westeurope',
    Tenant: 'westeurope',
    properties: properties(0),
    ...change,
  }
}

/** Properties as they are exported: JSON in a string. */
export function properties(responseLength: unknown): string {
  return JSON.stringify({
    requestLength: 2000,
    responseLength,
    objectId: 'bc9adaae-d37c-446e-a1ba-9cae02182ecb',
    streamType: 'Non-Streaming',
    modelDeploymentName: 'chat-main',
    modelName: 'chat-large',
  })
}

/** The resource id of an account, as Azure spells it. */
export function resourceId(name: string): string {
  const group = '/SUBSCRIPTIONS/DB87E00E-C89A-4AB0-B8CB-F2139D8D2285/RESOURCEGROUPS/TEST'
  return `${group}/PROVIDERS/MICROSOFT.COGNITIVESERVICES/ACCOUNTS/${name.toUpperCase()}`
}

/** Lines of `count` empty answers, a second apart. */
export function burst(
  name: string,
  millis: number,
  count = 10,
  change: Readonly<Record<string, unknown>> = {},
): string[] {
  return Array.from({ length: count }, (_, i) => JSON.stringify(emptyAnswer(name, millis + i * 1000, change)))
}
