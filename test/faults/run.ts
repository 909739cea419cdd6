/**
 * Plays faults against the real command, and says what came of it:
 *
 *   node --conditions=source test/faults/run.ts [--only kill,term] [--source file,kafka] [--seeds 3] [--seed 17]
 *     [--strikes 100] [--margin 500] [--keep]
 *
 * Ends with 1 when a run fails.
 */
import { parseArgs } from 'node:util'
import { type Broker, startBroker } from '../kafka/broker.ts'
import { whyNoKafka } from '../kafka/java.ts'
import type { Fault } from './fault.ts'
import { faults } from './faults/index.ts'
import type { SourceKind } from './feed.ts'
import { play } from './play.ts'

const HELP = `Usage: node --conditions=source test/faults/run.ts [options]
  --only NAMES     the faults to play, with commas: ${faults.map(({ name }) => name).join(', ')}
  --source NAMES   the sources, with commas: file, kafka, otlp
  --seeds N        runs that must pass for each fault and source (2)
  --strikes N      instead, for each fault: runs until so many strikes have met work under way
  --seed N         the first seed (1); alone, with --seeds 1, it repeats a run
  --margin MS      how long before a kill an acknowledgement counts as saved (500)
  --keep           leaves the directory of a run that failed
`
/** Runs that may miss, for each that must count. */
const TRIES = 3

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    source: { type: 'string' },
    seeds: { type: 'string', default: '2' },
    strikes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    margin: { type: 'string', default: '500' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const say = (text: string): void => void process.stdout.write(`${text}\n`)
const totals = { runs: 0, met: 0, missed: 0, alerts: 0, failed: 0, unsaved: 0 }
let broker: Broker | undefined

process.once('SIGINT', () => process.exit(130))
process.once('SIGTERM', () => process.exit(143))

if (values.help) say(HELP)
else await main()

async function main(): Promise<void> {
  const names = values.only?.split(',')
  const sources = values.source?.split(',')
  const unknown = names?.find((name) => !faults.some((fault) => fault.name === name))
  if (unknown !== undefined) {
    process.stderr.write(`there is no fault ${unknown}\n${HELP}`)
    process.exitCode = 2
    return
  }
  const began = performance.now()
  try {
    for (const fault of faults) {
      if (names !== undefined && !names.includes(fault.name)) continue
      const its = fault.sources.filter((source) => sources?.includes(source) ?? true)
      await playAll(fault, its)
    }
  } finally {
    await broker?.stop()
  }
  const { runs, met, missed, alerts, failed } = totals
  const seconds = Math.round((performance.now() - began) / 1000)
  say(
    `\n${runs} runs, ${met} strikes that met work under way and ${missed} that did not, ${alerts} alerts expected, ${failed} runs failed, in ${seconds} s`,
  )
  say(`the latest acknowledgement that a kill undid had come ${totals.unsaved.toFixed(1)} ms before it`)
  if (failed > 0) process.exitCode = 1
}

async function playAll(fault: Fault, sources: readonly SourceKind[]): Promise<void> {
  const reason = fault.unavailable?.()
  if (reason !== undefined) return say(`skip  ${fault.name}: ${reason}`)
  const can: SourceKind[] = []
  for (const source of sources) {
    const why = source === 'kafka' ? whyNoKafka() : undefined
    if (why === undefined) can.push(source)
    else say(`skip  ${fault.name} ${source}: ${why}`)
  }
  if (can.length === 0) return
  let seed = Number(values.seed)
  if (values.strikes !== undefined) {
    for (let met = 0, run = 0; met < Number(values.strikes); run++)
      met += await playOne(fault, can[run % can.length] ?? 'file', seed++)
    return
  }
  for (const source of can) {
    const wanted = Number(values.seeds)
    for (let met = 0, tries = 0; met < wanted && tries < wanted * TRIES; tries++)
      if ((await playOne(fault, source, seed++)) > 0) met++
  }
}

/** Plays one run and tells of it; gives how many strikes met work under way. */
async function playOne(fault: Fault, source: SourceKind, seed: number): Promise<number> {
  if (source === 'kafka') broker ??= await startBroker()
  const began = performance.now()
  const { margin, keep } = { margin: Number(values.margin), keep: values.keep }
  const played = await play({ fault, source, seed, broker, margin, keep })
  const { strikes, alerts, failures, notes, directory, unsaved } = played
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  totals.runs++
  totals.alerts += alerts
  totals.unsaved = Math.max(totals.unsaved, unsaved)
  totals.met += strikes.met
  totals.missed += strikes.missed
  const what = `${fault.name} ${source} seed ${seed}`
  const late = unsaved > 0 ? `, ${Math.round(unsaved)} ms unsaved` : ''
  const all = strikes.met + strikes.missed
  if (failures.length > 0) {
    totals.failed++
    say(`FAIL  ${what}: ${strikes.met} of ${all} strikes met work, ${alerts} alerts, ${seconds} s`)
    for (const failure of failures) say(`  ${failure}`)
    for (const note of notes) say(`  | ${note}`)
    if (keep) say(`  left in ${directory}`)
    const again = `--only ${fault.name} --source ${source} --seed ${seed} --seeds 1`
    say(`  again: node --conditions=source test/faults/run.ts ${again} --keep`)
  } else if (strikes.met === 0) {
    say(`again ${what}: no strike met work under way, so it does not count; the next seed follows`)
  } else
    say(`ok    ${what}: ${strikes.met} of ${all} strikes met work, ${alerts} alerts${late}, ${seconds} s`)
  // A run that fails is not played until it passes.
  return failures.length > 0 ? Math.max(1, strikes.met) : strikes.met
}
