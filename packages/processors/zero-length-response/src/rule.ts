import { z } from 'zod'

/** OpenTelemetry's severity for each severity of a rule. */
export const SEVERITIES = {
  low: { text: 'INFO', number: 9 },
  medium: { text: 'WARN', number: 13 },
  high: { text: 'ERROR', number: 17 },
  critical: { text: 'FATAL', number: 21 },
} as const

/** What an analyst looks at first, in the order in which it narrows things down. */
const TRIAGE = [
  'See how often and since when this resource answers with nothing, and whether that is new for it.',
  'Look for a pattern in the request lengths: crafted input tends to be alike.',
  'Check the accounts and caller addresses, and what changed lately in the configuration of the account.',
  'See whether the operation is used the way it is meant to be, by the deployments named here.',
  'Look for recent changes or an outage around the service.',
  'Rule out what is harmless: answers meant to be empty, tests and development, streaming, bots.',
]

/** What is done when it is not harmless. */
const RESPONSE = [
  'Cut the resource off from what it could harm until the cause is known.',
  'Review how the input to this resource is checked before it reaches the model.',
  'Audit recent calls for access or leaks, the empty ones first.',
  'Log more of this resource, so that the next one can be told apart.',
  'Tell the security team and the owners of the resource.',
  'If a leak is confirmed, follow the incident plan.',
  'Add detections for what was learned.',
]

/** The rule as alerts name it. Numbers and references are those of the published rule; the steps are our own. */
export const ruleSchema = z
  .strictObject({
    id: z
      .string()
      .min(1)
      .default('azure_openai_insecure_output_handling')
      .describe('The id of the rule. It is part of every episode id.'),
    uuid: z
      .string()
      .default('fb16f9ef-cb03-4234-adc2-44641f3b71ee')
      .describe('The id under which the rule is published.'),
    name: z.string().default('Azure OpenAI Insecure Output Handling').describe('The name of the rule.'),
    severity: z
      .enum(['low', 'medium', 'high', 'critical'])
      .default('low')
      .describe('How bad it is; alerts carry it as INFO, WARN, ERROR or FATAL.'),
    risk_score: z.number().int().min(0).max(100).default(21).describe('The risk from 0 to 100.'),
    reference: z
      .string()
      .default('https://genai.owasp.org/llmrisk/llm02-insecure-output-handling')
      .describe('Where to read about the risk.'),
    triage: z.array(z.string()).default(TRIAGE).describe('What to look at first, step by step.'),
    response: z.array(z.string()).default(RESPONSE).describe('What to do about it, step by step.'),
  })
  .prefault({})
