import { size } from '@lacuna/sdk'
import { z } from 'zod'

/** Below this a cut could fall inside one character or leave nothing that says what the line was. */
const LEAST_LINE = 16
/** JavaScript strings end at 512 MiB; a quarter of a gigabyte in one line is no log line. */
const GREATEST_LINE = 256 * 2 ** 20

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
    .default('beginning')
    .describe('Where to begin: `beginning`, or `end`, which reads nothing of a file that is not followed.'),
  follow: z
    .boolean()
    .default(false)
    .refine(
      (follow) => !follow,
      'following files needs persistent positions and is not in this version; set follow: false',
    )
    .describe('Whether to wait for what is appended; only `false` in this version.'),
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
