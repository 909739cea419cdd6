import { z } from 'zod'

/** The options of the `stdout` exporter. */
export const stdoutConfig = z.strictObject({
  format: z
    .enum(['json', 'otlp_json', 'pretty'])
    .describe(
      'One JSON object a line (json), one OTLP request a line (otlp_json), or made for a person (pretty). Default: pretty when standard output is a terminal, else json.',
    )
    .optional(),
})

export type StdoutConfig = z.output<typeof stdoutConfig>
