import { type AnyValue, LogRecord } from '@lacuna/sdk'

const STEPS = [
  'See how often and since when this resource answers with nothing, and whether that is new for it.',
  'Look for a pattern in the request lengths: crafted input tends to be alike.',
]

/** An alert with every attribute that the contract names; `change` says what is otherwise. */
export function alert(change: Record<string, AnyValue> = {}, body?: string): LogRecord {
  const name = change['azure.resource.name'] ?? 'contoso-support-chat'
  return new LogRecord({
    hrTime: [1_789_377_670, 123_456_700],
    severityNumber: 9,
    severityText: 'INFO',
    eventName: 'lacuna.alert',
    body: body ?? `${name} answers with nothing: 10 of 28 chat completions within 60m came back empty.`,
    resource: { attributes: { 'service.name': 'lacuna' }, droppedAttributesCount: 0 },
    attributes: {
      'event.kind': 'alert',
      'rule.id': 'azure_openai_insecure_output_handling',
      'rule.uuid': 'fb16f9ef-cb03-4234-adc2-44641f3b71ee',
      'rule.name': 'Azure OpenAI Insecure Output Handling',
      'rule.reference': 'https://genai.owasp.org/llmrisk/llm02-insecure-output-handling',
      'event.risk_score': 21,
      'azure.resource.name': name,
      'lacuna.alert.id': '5e2b6d6a0c0f4d53b6f7c24d7a1f0c11',
      'lacuna.alert.episode_id': '9bc17bb2d8f34c2f8e5a0d5a2f9f6a01',
      'lacuna.alert.status': 'open',
      'lacuna.alert.severity': 'low',
      'lacuna.alert.count': 10,
      'lacuna.alert.peak': 10,
      'lacuna.alert.threshold': 10,
      'lacuna.alert.total': 28,
      'lacuna.alert.share': 0.3571,
      'lacuna.window.type': 'sliding',
      'lacuna.window.size': '60m',
      'lacuna.window.start': '2026-09-14T08:21:10.123456700Z',
      'lacuna.window.end': '2026-09-14T09:21:10.123456700Z',
      'lacuna.evidence.first_seen': '2026-09-14T09:12:04.720629000Z',
      'lacuna.evidence.last_seen': '2026-09-14T09:21:10.123456700Z',
      'lacuna.evidence.accounts': ['2f1c0b7e-3d0e-4f57-9a6e-2b9d1a0f6a11'],
      'lacuna.evidence.callers': ['203.0.113.***', '198.51.100.***'],
      'lacuna.evidence.deployments': ['gpt-4o-prod'],
      'lacuna.evidence.models': ['gpt-4o'],
      'lacuna.evidence.stream_types': ['Non-Streaming'],
      'lacuna.evidence.correlation_ids': ['2bf911f3-05ac-4385-9280-bade9d47981a', '7d0c5f5e-1a0b-4a57'],
      'lacuna.evidence.request_length.min': 120,
      'lacuna.evidence.request_length.median': 532,
      'lacuna.evidence.request_length.p95': 812,
      'lacuna.evidence.request_length.max': 10_440,
      'lacuna.evidence.truncated': false,
      'lacuna.triage': STEPS,
      'lacuna.response': ['Cut the resource off from what it could harm.', 'Tell its owners.'],
      ...change,
    },
  })
}

/** An alert of an episode of its own, with its status. */
export function episode(id: string, status = 'open', change: Record<string, AnyValue> = {}): LogRecord {
  return alert({
    'azure.resource.name': `resource-${id}`,
    'lacuna.alert.episode_id': id,
    'lacuna.alert.status': status,
    ...change,
  })
}
