import { duration, size } from '@lacuna/sdk'
import { z } from 'zod'

/** Below this a cut could fall inside one character or leave nothing that says what the line was. */
const LEAST_LINE = 16
/** JavaScript strings end at 512 MiB; a quarter of a gigabyte in one line is no log line. */
const GREATEST_LINE = 256 * 2 ** 20

/** Below this, looking costs more than reading; above it, a rotation is easily missed. */
const SHORTEST_POLL = 10
const LONGEST_POLL = 60_000

const pattern = z.string().min(1, 'expected a path, a glob or "-"')

export const config = z.strictObject({
  include: z
    .union([pattern, z.array(pattern).min(1, 'expected at least one path, glob or "-"')])
    .transform((value) => (typeof value === 'string' ? [value] : value))
    .describe(
      'What to read: a path, a glob (`logs/**/*.ndjson`) or `-` for standard input, or a list of these; relative to the working directory.',
    ),
  exclude: z
    .array(z.string().min(1, 'expected a path or a glob'))
    .default([])
    .describe('Paths or globs of files to leave out although `include` names them.'),
  start_at: z
    .enum(['beginning', 'end'])
    .optional()
    .describe(
      'Where to begin in files of which no position is saved: `end` by default when following, `beginning` otherwise.',
    ),
  follow: z
    .boolean()
    .default(true)
    .describe(
      'Whether to wait for what is appended and for new files; `false` reads to the end once. Standard input is always read to its end.',
    ),
  poll_interval: duration()
    .prefault('250ms')
    .refine(
      (millis) => millis >= SHORTEST_POLL && millis <= LONGEST_POLL,
      'expected a duration from 10ms to 1m',
    )
    .describe('How often to look whether a followed file has grown.'),
  max_line_bytes: size()
    .prefault('1MiB')
    .refine(
      (bytes) => bytes >= LEAST_LINE && bytes <= GREATEST_LINE,
      `expected a size from ${LEAST_LINE}B to 256MiB`,
    )
    .describe('Longest line in bytes of UTF-8; what is beyond is discarded and counted as `line_truncated`.'),
})

/** The receiver's configuration, checked and with its defaults. */
export type FileConfig = z.output<typeof config>

/** Where to begin when nothing is known: it depends on whether the files have an end that will not move. */
export function startAt({ start_at, follow }: FileConfig): 'beginning' | 'end' {
  return start_at ?? (follow ? 'end' : 'beginning')
}
