import { type Secret, secret } from '@lacuna/sdk'
import { z } from 'zod'

/** Characters of a key below which trying out all of them is no work. */
const SHORTEST_KEY = 16

const ruleSchema = z
  .strictObject({
    attributes: z
      .array(
        z
          .string()
          .min(1)
          .max(256)
          .refine((name) => !name.slice(0, -1).includes('*'), {
            error: 'can have a * only as its last character',
          }),
      )
      .min(1)
      .describe('Names of attributes; one that ends in * stands for all that begin so.'),
    action: z
      .enum(['drop', 'mask', 'hash'])
      .describe('Remove the attribute, put [redacted] for its value, or a keyed hash of it.'),
    keep_last: z
      .number()
      .int()
      .min(1)
      .max(8)
      .optional()
      .describe('With mask: characters at the end that stay, of values more than twice as long.'),
  })
  .check((context) => {
    const { action, keep_last } = context.value
    if (keep_last !== undefined && action !== 'mask')
      context.issues.push({
        code: 'custom',
        input: keep_last,
        path: ['keep_last'],
        message: `goes with mask: a value to ${action} keeps nothing`,
      })
  })

/** The options of the `redact` processor. */
export const redactConfig = z
  .strictObject({
    rules: z
      .array(ruleSchema)
      .min(1)
      .max(1000)
      .describe('What to do with which attributes; the first rule that names one decides.'),
    key: secret()
      .refine((key: Secret) => key.reveal().length >= SHORTEST_KEY, {
        error: `must have at least ${SHORTEST_KEY} characters: with fewer, hashed values could be guessed`,
      })
      .optional()
      .describe('Secret for hash: who has it can tell whether a value is a certain one, who has not cannot.'),
    body: z
      .enum(['replace', 'drop', 'keep'])
      .default('replace')
      .describe(
        'Replace redacted values where the body repeats them, remove every body, or leave it as it is.',
      ),
  })
  .check((context) => {
    const { rules, key } = context.value
    if (key === undefined && rules.some((rule) => rule.action === 'hash'))
      context.issues.push({
        code: 'custom',
        input: context.value,
        path: ['key'],
        message: 'is missing: a rule with the action hash needs one, of at least 16 characters',
      })
  })

export type RedactConfig = z.output<typeof redactConfig>
export type RedactRule = RedactConfig['rules'][number]
