import { defineProcessor } from '@lacuna/sdk'
import { config } from './config.ts'
import { createFieldMapping } from './field-mapping.ts'

export default defineProcessor({
  type: 'field_mapping',
  description: 'Maps raw logs to the field names that rules are written against.',
  config,
  create: createFieldMapping,
})
