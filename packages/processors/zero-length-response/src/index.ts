import { defineProcessor } from '@lacuna/sdk'
import { configSchema } from './config.ts'
import { createZeroLengthResponse } from './zero-length-response.ts'

export type { ZeroLengthResponseConfig } from './config.ts'

/**
 * The `zero_length_response` processor: alerts when one Azure OpenAI resource answers successful chat
 * completions with nothing. Source of the rule and its numbers: the published detection rule "Azure OpenAI
 * Insecure Output Handling".
 */
export default defineProcessor({
  type: 'zero_length_response',
  description:
    'Alerts when successful chat completions of one resource come back empty, too many in one window.',
  config: configSchema,
  create: createZeroLengthResponse,
})
