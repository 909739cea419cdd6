import {
  type ComponentFactory,
  defineExporter,
  defineExtension,
  defineProcessor,
  defineReceiver,
  duration,
  Secret,
  secret,
  size,
} from '@lacuna/sdk'
import { z } from 'zod'
import type { CheckedConfig, Components } from './checked-config.ts'
import { ConfigError } from './diagnostics.ts'
import { type ConfigInput, loadConfig } from './load-config.ts'

/** Components that do nothing, with schemas that have something of everything. For tests. */
const file = defineReceiver({
  type: 'file',
  description: 'Reads files.',
  config: z.strictObject({
    include: z.union([z.string(), z.array(z.string()).min(1)]).describe('Files to read.'),
    exclude: z.array(z.string()).default([]).describe('Files to leave out.'),
    start_at: z.enum(['beginning', 'end']).default('beginning').describe('Where to begin.'),
    follow: z.boolean().default(false).describe('Whether to wait for more.'),
    max_line_bytes: size()
      .default(1024 * 1024)
      .describe('Longest line.'),
    poll_interval: duration().default(60_000).describe('How often to look.'),
  }),
  create: () => ({ start() {}, stop() {} }),
})

const detect = defineProcessor({
  type: 'detect',
  description: 'Counts.',
  config: z
    .strictObject({
      threshold: z.number().int().min(1).default(10).describe('Alert at this count.'),
      recover_below: z.number().int().optional().describe('Resolve below this.'),
      ratio: z.number().gt(0).max(1).default(0.5).describe('A share.'),
      dedupe_by: z.string().nullable().default('id').describe('The id.'),
      window: z
        .discriminatedUnion('type', [
          z.strictObject({
            type: z.literal('tumbling').describe('Kind of window.'),
            size: duration().describe('How long.'),
          }),
          z.strictObject({
            type: z.literal('sliding'),
            size: duration(),
            slide: duration().optional().describe('How far apart.'),
          }),
        ])
        .default({ type: 'sliding', size: 3_600_000 })
        .describe('The window.'),
      limits: z
        .strictObject({
          groups: z.number().int().default(1000).describe('Groups.'),
          deep: z.strictObject({ on: z.boolean().default(true).describe('On.') }).prefault({}),
        })
        .prefault({})
        .describe('Limits.'),
      exceptions: z
        .array(
          z.strictObject({
            name: z.string().min(1).describe('A name.'),
            where: z
              .string()
              .superRefine((text, context) => {
                const offset = text.indexOf('!!')
                if (offset < 0) return
                const params = { offset, suggestion: 'write "NOT"' }
                context.addIssue({ code: 'custom', message: `no operator "!!" in ${text}`, params })
              })
              .describe('A condition.'),
            expires: z.iso.datetime().optional().describe('When it ends.'),
          }),
        )
        .default([])
        .describe('What to leave out.'),
    })
    .refine((config) => (config.recover_below ?? 0) <= config.threshold, {
      message: 'recover_below must not be above threshold',
      path: ['recover_below'],
    }),
  create: () => ({ process: (batch) => [...batch.records] }),
})

const stdout = defineExporter({
  type: 'stdout',
  description: 'Prints.',
  config: z.strictObject({ format: z.enum(['json', 'pretty']).default('json').describe('How it looks.') }),
  create: () => ({ export() {} }),
})

const slack = defineExporter({
  type: 'slack',
  description: 'Posts.',
  config: z.strictObject({
    token: secret()
      .refine((value) => value.reveal().startsWith('xoxb-'), {
        error: ({ input }) => `${input instanceof Secret ? input.reveal() : ''} is no token`,
      })
      .describe('The token.'),
    channel: z.string().min(1).describe('The channel.'),
    headers: z.record(z.string(), secret()).default({}).describe('Headers.'),
    mention: z
      .union([z.literal('none'), z.strictObject({ user: z.string(), every: duration() })])
      .default('none')
      .describe('Whom to call.'),
    retries: z.union([z.boolean(), z.number().int()]).default(true).describe('How often.'),
    patience: duration().prefault('10s').describe('How long to wait.'),
    url: z.url().optional().describe('Where.'),
    tag: z
      .string()
      .regex(/^[a-z]+$/)
      .optional()
      .describe('A tag.'),
  }),
  create: () => ({ export() {} }),
})

const storage = defineExtension({
  type: 'storage',
  description: 'Keeps.',
  config: z.strictObject({ path: z.string().default('./state').describe('Where.') }),
  create: () => ({}),
})

export const fakes = { file, detect, stdout, slack, storage } satisfies Record<string, ComponentFactory>

export const components: Components = {
  receivers: { file },
  processors: { detect: async () => ({ default: detect }) },
  exporters: { stdout, slack: async () => slack },
  extensions: { storage },
}

/** The wiring that most tests need. */
export const SERVICE = `
service:
  pipelines:
    logs: { receivers: [file], processors: [detect], exporters: [stdout] }
`

/** A whole configuration without a mistake. */
export const GOOD = `receivers: { file: { include: [a.ndjson] } }
processors: { detect: }
exporters: { stdout: }${SERVICE}`

/** Loads a configuration of texts with the fakes. */
export function load(
  texts: string | readonly string[],
  more: Partial<ConfigInput> = {},
): Promise<CheckedConfig> {
  const list = typeof texts === 'string' ? [texts] : texts
  const names = list.map((text, index) => ({
    name: index === 0 ? 'lacuna.yaml' : `over-${index}.yaml`,
    text,
  }))
  return loadConfig({ texts: names, components, ...more })
}

/** What an operator sees of a configuration's mistakes; empty when there are none. */
export async function mistakes(
  texts: string | readonly string[],
  more: Partial<ConfigInput> = {},
): Promise<string> {
  try {
    await load(texts, more)
    return ''
  } catch (error) {
    if (error instanceof ConfigError) return error.format()
    throw error
  }
}
