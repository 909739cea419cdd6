import { windowProblem } from '@lacuna/detection'
import { condition } from '@lacuna/esql/schema'
import { duration, parseDuration } from '@lacuna/sdk'
import { z } from 'zod'
import { groupProblem } from './group.ts'
import { ruleSchema } from './rule.ts'

/** The published rule's condition. Null is not zero: a missing length never matches. */
const WHERE = [
  'azure.open_ai.properties.response_length == 0',
  'azure.open_ai.result_signature == "200"',
  'azure.open_ai.operation_name == "ChatCompletions_Create"',
].join(' AND ')

const TOTAL_WHERE = [
  'azure.open_ai.category == "RequestResponse"',
  'azure.open_ai.operation_name == "ChatCompletions_Create"',
].join(' AND ')

/** A duration that stays as it was written, because alerts show it. */
const writtenDuration = () =>
  z
    .string()
    .refine((text) => parseDuration(text) !== undefined, {
      error: 'expected a duration such as 90s, 60m or 1h30m',
    })
    .meta({ format: 'duration' })

const windowSchema = z
  .strictObject({
    type: z
      .enum(['sliding', 'tumbling'])
      .default('sliding')
      .describe(
        'Back to back, or overlapping; sliding without a slide is the trailing window at every match.',
      ),
    size: writtenDuration().default('60m').describe('The length of a window.'),
    slide: writtenDuration().optional().describe('One window every so often; must divide the size.'),
    offset: writtenDuration()
      .default('0s')
      .describe('What is added to the Unix epoch before windows are aligned to it.'),
  })
  .check((context) => {
    const problem = windowProblem(windowMillis(context.value))
    if (problem === undefined) return
    context.issues.push({
      code: 'custom',
      input: context.value,
      path: [problem.key],
      message: problem.message,
    })
  })
  .prefault({})

const exceptionSchema = z.strictObject({
  name: z.string().min(1).describe('The name under which it is counted.'),
  where: condition().describe('Which matching records it takes out of the count.'),
  reason: z.string().describe('Why they are harmless.'),
  expires: z
    .union([z.iso.datetime({ offset: true }), z.iso.date()])
    .optional()
    .describe('From this moment of event time on it is without effect.'),
})

/** The options of `zero_length_response`; the defaults are the published rule's. */
export const configSchema = z
  .strictObject({
    where: condition().default(WHERE).describe('Which records are counted.'),
    total_where: condition()
      .default(TOTAL_WHERE)
      .describe('Which records are calls at all, for the total and the share.'),
    group_by: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .check((context) => {
        const names = typeof context.value === 'string' ? [context.value] : context.value
        const message = groupProblem(names)
        if (message !== undefined) context.issues.push({ code: 'custom', input: context.value, message })
      })
      .default(['azure.resource.name'])
      .describe('The field, or the fields, of which each combination is counted by itself.'),
    window: windowSchema.describe('The window of event time in which matches are counted.'),
    threshold: z.number().int().min(1).default(10).describe('Matches in one window that open an episode.'),
    recover_below: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe(
        'The episode ends when the count falls below this; by default half the threshold, rounded up.',
      ),
    trigger: z
      .enum(['on_threshold', 'on_close'])
      .default('on_threshold')
      .describe('Tell at the record that reaches the threshold, or when the window closes.'),
    emit: z
      .enum(['alerts', 'all'])
      .default('alerts')
      .describe('Pass on the alerts alone, or all records with the alerts between them.'),
    dedupe_by: z
      .string()
      .nullable()
      .default('azure.open_ai.correlation_id')
      .describe('The field by which a repeated match is known; null counts every match.'),
    max_out_of_orderness: duration()
      .prefault('5m')
      .describe('How far behind the latest event time records are waited for.'),
    allowed_lateness: duration()
      .prefault('0s')
      .describe('How far behind the watermark a record still counts.'),
    idle_timeout: duration()
      .prefault('1m')
      .describe('After so long without a record a source no longer holds event time back.'),
    max_future_skew: duration()
      .prefault('10m')
      .describe('A record later than the wall clock by more than this cannot move event time.'),
    update_interval: duration()
      .prefault('10m')
      .describe('The least event time between two updates of an episode.'),
    no_data: duration()
      .refine((millis) => millis >= 1000, { error: 'must be at least 1s' })
      .optional()
      .describe(
        'Tell when a source that had records has none for so long, and when it is back; not told without it.',
      ),
    max_groups: z.number().int().min(1).default(100_000).describe('The most groups that are held at once.'),
    exceptions: z
      .array(exceptionSchema)
      .max(1000)
      .default([])
      .describe('Matches that are known to be harmless.'),
    rule: ruleSchema.describe('The rule as alerts name it.'),
  })
  .check((context) => {
    const { threshold, recover_below, trigger, window } = context.value
    if (recover_below !== undefined && recover_below > threshold) {
      context.issues.push({
        code: 'custom',
        input: recover_below,
        path: ['recover_below'],
        message: `must be at most the threshold, ${threshold}`,
      })
    }
    if (trigger === 'on_close' && window.type === 'sliding' && window.slide === undefined) {
      context.issues.push({
        code: 'custom',
        input: trigger,
        path: ['trigger'],
        message:
          'on_close needs windows that close: give the sliding window a slide, or use tumbling windows',
      })
    }
  })

export type ZeroLengthResponseConfig = z.output<typeof configSchema>

/** The window in milliseconds. */
export function windowMillis(window: {
  type: 'sliding' | 'tumbling'
  size: string
  slide?: string | undefined
  offset: string
}) {
  return {
    type: window.type,
    size: parseDuration(window.size) ?? 0,
    slide: window.slide === undefined ? undefined : parseDuration(window.slide),
    offset: parseDuration(window.offset),
  }
}
