import type { Clock, Component, Extension, Host, Logger, Receiver } from '@lacuna/sdk'
import type { CheckedConfig, ConfiguredPipeline } from '../config/checked-config.ts'
import { type Account, type ComponentKind, openAccount } from './account.ts'
import { createDelivery, type Delivery } from './delivery.ts'
import { asLacunaError } from './error-text.ts'
import { createIntake, type Intake } from './intake.ts'
import { createLine, type Line } from './line.ts'
import { namedLogger } from './named-logger.ts'
import { createPart, type Part } from './part.ts'
import type { Progress } from './progress.ts'
import { sumProgress } from './progress.ts'
import { createStage, type Stage } from './stage.ts'
import { createStatusBoard, type StatusBoard } from './status.ts'
import { createTicker } from './ticker.ts'

/** A receiver with its end of the pipelines. */
export interface Reader {
  readonly intake: Intake
  readonly receiver: Receiver
  readonly part: Part
  /** The end of a receiver whose `safe` may still have been called after it had stopped. */
  readonly ending: Part
}

/** An extension, for whom it serves. */
interface Service {
  readonly extension: Extension
  readonly account: Account
}

/** Every component of a configuration, made and joined; nothing is started. */
export interface Graph {
  readonly extensions: readonly Part[]
  readonly services: readonly Service[]
  readonly deliveries: readonly Delivery[]
  readonly exporters: readonly Part[]
  readonly lines: readonly Line[]
  readonly processors: readonly Part[]
  readonly readers: readonly Reader[]
  /** In the order of a summary. */
  readonly accounts: readonly Account[]
  /** How everything is; the phases are for whoever starts and stops the graph to enter. */
  readonly board: StatusBoard
}

/** What a graph is built with. */
export interface GraphOptions {
  readonly clock: Clock
  readonly logger: Logger
  readonly random: () => number
  readonly onProgress: ((progress: Progress) => void) | undefined
}

/**
 * Makes one receiver, exporter and extension per id, and one processor per pipeline and id. When one cannot be
 * made, those that were are stopped, and it throws a `LacunaError` with the component's id in front.
 */
export async function buildGraph(config: CheckedConfig, options: GraphOptions): Promise<Graph> {
  const made: Part[] = []
  try {
    return join(config, options, made)
  } catch (error) {
    for (const part of made.reverse()) await part.stop()
    throw error
  }
}

function join(config: CheckedConfig, options: GraphOptions, made: Part[]): Graph {
  const { clock, random } = options
  const board = createStatusBoard(clock)
  const hostOf = (account: Account): Host => ({
    id: account.id,
    clock,
    logger: namedLogger(options.logger, namesOf(account)),
    ledger: account.ledger,
  })
  const partOf = (component: Component, host: Host): Part => {
    const part = createPart(host.id, component, host.logger)
    made.push(part)
    return part
  }

  const extensions = [...config.extensions.values()].map(({ id, factory, config }) => {
    const account = openAccount('extension', id)
    const host = { ...hostOf(account), status: board.status }
    const extension = create('extension', id, () => factory.create(config, host))
    return { account, extension, part: partOf(extension, host) }
  })

  const exporters = [...config.exporters.values()].map(({ id, factory, config, sending }) => {
    const account = openAccount('exporter', id)
    const host = hostOf(account)
    const exporter = create('exporter', id, () => factory.create(config, host))
    const { logger } = host
    const delivery = createDelivery({ id, exporter, account, logger, clock, random, sending })
    const part = whenStarted(partOf(exporter, host), () => delivery.started())
    return { account, part, delivery }
  })

  const processors: Part[] = []
  const stageOf = (pipeline: ConfiguredPipeline, named: string): Stage => {
    const { id, factory, config: own } = found(config.processors, named)
    const account = openAccount('processor', id, pipeline.id)
    const host = hostOf(account)
    const processor = create('processor', id, () => factory.create(own, host))
    processors.push(partOf(processor, host))
    return createStage(id, processor, account, host.logger, clock)
  }
  const lines = [...config.pipelines.values()].map((pipeline) => ({
    pipeline,
    line: createLine(
      pipeline.id,
      pipeline.processors.map((id) => stageOf(pipeline, id)),
      exporters
        .filter(({ delivery }) => pipeline.exporters.includes(delivery.id))
        .map((each) => each.delivery),
      createTicker(clock),
    ),
  }))

  const receiverAccounts: Account[] = []
  const records = () => receiverAccounts.reduce((sum, account) => sum + account.out, 0)
  const progress = options.onProgress && sumProgress(records, options.onProgress)
  const readers = [...config.receivers.values()].map(({ id, factory, config }): Reader => {
    const account = openAccount('receiver', id)
    receiverAccounts.push(account)
    const behind = lines.filter(({ pipeline }) => pipeline.receivers.includes(id)).map((each) => each.line)
    const host = hostOf(account)
    const intake = createIntake(host, account, behind, (read) => progress?.report(account, read))
    const receiver = create('receiver', id, () => factory.create(config, intake.host))
    intake.attach(receiver)
    const ending = createPart(id, { stop: () => receiver.close?.() }, host.logger)
    const part = whenStarted(partOf(receiver, host), () => intake.health.started())
    return { intake, receiver, part, ending }
  })

  const deliveries = exporters.map((each) => each.delivery)
  board.show({
    lines: lines.map((each) => each.line),
    intakes: readers.map((each) => each.intake),
    deliveries,
  })
  return {
    board,
    extensions: extensions.map((each) => each.part),
    services: extensions,
    deliveries,
    exporters: exporters.map((each) => each.part),
    lines: lines.map((each) => each.line),
    processors,
    readers,
    accounts: [
      ...receiverAccounts,
      ...lines.flatMap(({ line }) => line.stages.map((stage) => stage.account)),
      ...exporters.map((each) => each.account),
      ...extensions.map((each) => each.account),
    ],
  }
}

function create<C>(kind: ComponentKind, id: string, make: () => C): C {
  try {
    return make()
  } catch (error) {
    throw asLacunaError(error, id, `${kind}_failed`)
  }
}

function whenStarted(part: Part, tell: () => void): Part {
  const { id, stop } = part
  return { id, stop, start: () => part.start().then(tell) }
}

function namesOf({ id, pipeline }: Account): Record<string, string> {
  return pipeline === undefined ? { component: id } : { component: id, pipeline }
}

function found<T>(among: ReadonlyMap<string, T>, id: string): T {
  const one = among.get(id)
  if (one === undefined) throw new Error(`the configuration has no component ${id}`)
  return one
}
