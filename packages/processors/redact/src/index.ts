import { defineProcessor } from '@lacuna/sdk'
import { redactConfig } from './config.ts'
import { createRedact } from './redact.ts'

export type { RedactConfig } from './config.ts'

/** The `redact` processor: named attributes dropped, masked or hashed before a record or its evidence leaves. */
export default defineProcessor({
  type: 'redact',
  description: 'Drops, masks or hashes named attributes, and what the body repeats of them.',
  config: redactConfig,
  create: createRedact,
})
