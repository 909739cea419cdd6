import { z } from 'zod'
import { PRESET_NAMES } from './presets/index.ts'

/** What becomes of a record that cannot be mapped. */
const onError = ['drop', 'pass', 'attribute'] as const

/** What a mapped value may be made into. */
export const types = ['string', 'integer', 'double', 'boolean'] as const

const MAX_NAME = 512
const MAX_MAPPINGS = 500

const name = () => z.string().min(1).max(MAX_NAME)

const mapping = z
  .strictObject({
    from: name()
      .optional()
      .describe('Field to read: an attribute, or a dotted path into the body; skipped where it is missing.'),
    value: z
      .union([z.string(), z.number(), z.boolean()])
      .optional()
      .describe('Constant to set instead of reading a field.'),
    to: name().optional().describe('Attribute to write; `@timestamp` also sets the time of the record.'),
    type: z
      .enum(types)
      .optional()
      .describe(
        'Type of the attribute; a value that cannot be made into it is an error. As it is by default.',
      ),
    drop: name().optional().describe('Attribute to remove, instead of all the other keys.'),
  })
  .superRefine((entry, context) => {
    const issue = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message })
    if (entry.drop !== undefined) {
      for (const key of ['from', 'value', 'to', 'type'] as const) {
        if (entry[key] !== undefined) issue(key, `"drop" stands alone: take out "${key}" or "drop"`)
      }
      return
    }
    if (entry.to === undefined)
      issue('to', 'say which attribute to write with "to", or remove one with "drop"')
    if (entry.from === undefined && entry.value === undefined) {
      issue('from', 'say what to write: a field with "from" or a constant with "value"')
    }
    if (entry.from !== undefined && entry.value !== undefined) {
      issue('value', '"from" and "value" exclude each other: take out one')
    }
    if (entry.to === '@timestamp' && entry.type !== undefined) {
      issue('type', '"@timestamp" is always a time in ISO 8601: take out "type"')
    }
  })

export const config = z
  .strictObject({
    preset: z
      .enum(PRESET_NAMES)
      .optional()
      .describe('Service whose logs are mapped by built-in rules; without it only `mappings` apply.'),
    mappings: z
      .array(mapping)
      .max(MAX_MAPPINGS)
      .default([])
      .describe('Own mappings, applied in their order to what the preset made.'),
    on_error: z
      .enum(onError)
      .default('drop')
      .describe(
        'What to do with a record that cannot be mapped: `drop` it, `pass` it on unchanged, or pass it on with the reason in an `attribute`.',
      ),
  })
  .superRefine((value, context) => {
    if (value.preset === undefined && value.mappings.length === 0) {
      context.addIssue({
        code: 'custom',
        path: ['preset'],
        message: `nothing to do: set a "preset" (${PRESET_NAMES.join(', ')}) or "mappings"`,
      })
    }
  })

export type Config = z.output<typeof config>
export type MappingConfig = Config['mappings'][number]
