import { parseArgs } from 'node:util'
import { DEFAULT_SEED } from './day.ts'

export type Options =
  | { scenario: 'help' }
  | { scenario: 'day'; seed: number; out: string | undefined }
  | { scenario: 'bulk'; seed: number; records: number; groups: number; out: string }

/** The command line cannot be understood; the message is one sentence for the person who typed it. */
export class UsageError extends Error {}

export const USAGE = `node examples/sample-data/generate.ts [options]

  --scenario day|bulk   day: the sample and its truth (default); bulk: any number of records
  --seed N              same seed, same bytes (default ${DEFAULT_SEED})
  --records N           bulk: how many records (default 100000)
  --groups N            bulk: of how many resources (default 20)
  --out FILE            where to; "-" is standard output. day: the committed sample unless said otherwise,
                        with the truth beside it (.truth.json); bulk: standard output
`

/** Reads the command line, or throws a UsageError. */
export function readOptions(args: readonly string[]): Options {
  const { help, scenario = 'day', seed: seedText, records, groups, out } = parse(args)
  if (help) return { scenario: 'help' }
  const seed = whole('--seed', seedText, DEFAULT_SEED, 0, 2 ** 32 - 1)
  if (out === '') throw new UsageError('--out wants the name of a file, or "-" for standard output.')

  if (scenario === 'bulk') {
    return {
      scenario,
      seed,
      records: whole('--records', records, 100_000, 1, Number.MAX_SAFE_INTEGER),
      groups: whole('--groups', groups, 20, 1, 1_000_000),
      out: out ?? '-',
    }
  }
  if (scenario !== 'day') throw new UsageError(`--scenario is "day" or "bulk", not "${scenario}".`)
  if (records !== undefined || groups !== undefined) {
    throw new UsageError('--records and --groups belong to --scenario bulk; the day has a fixed size.')
  }
  if (seed !== DEFAULT_SEED && out === undefined) {
    throw new UsageError(`The committed sample is that of seed ${DEFAULT_SEED}; another day wants --out.`)
  }
  return { scenario, seed, out }
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const
  const options = {
    scenario: text,
    seed: text,
    records: text,
    groups: text,
    out: text,
    help: { type: 'boolean', short: 'h' },
  } as const
  try {
    return parseArgs({ args: [...args], options }).values
  } catch (error) {
    // Node's own message goes on to explain its parser; its first sentence is enough.
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split(/\.\s|\n/)
    throw new UsageError(`${sentence.replace(/\.$/, '')}.`)
  }
}

function whole(name: string, text: string | undefined, fallback: number, low: number, high: number): number {
  if (text === undefined) return fallback
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (value >= low && value <= high) return value
  throw new UsageError(`${name} is a whole number from ${low} to ${high}, not "${text}".`)
}
