import { duration, size } from '@lacuna/sdk'
import { z } from 'zod'

/** The options of the `storage` extension. */
export const storageConfig = z.strictObject({
  directory: z
    .string()
    .min(1)
    .describe(
      'Where everything is kept; made when it is not there. One for each running Lacuna, on a local disk.',
    ),
  checkpoint_interval: duration()
    .refine((millis) => millis >= 10 && millis <= 3_600_000, 'expected a duration from 10ms to 1h')
    .default(1000)
    .describe('How often state and positions are saved: what a crash makes Lacuna read again.'),
  max_size: size()
    .refine((bytes) => bytes >= 2 ** 20 && bytes <= 2 ** 40, 'expected a size from 1MiB to 1TiB')
    .default(4 * 2 ** 30)
    .describe(
      'The most bytes of keys and values; beyond it nothing more is saved until there is room, and receivers wait.',
    ),
  on_corruption: z
    .enum(['refuse', 'set_aside'])
    .default('refuse')
    .describe(
      'Damaged files: refuse to start, or rename them to *.corrupt-<time> and start from nothing, with a warning.',
    ),
})

export type StorageConfig = z.output<typeof storageConfig>
