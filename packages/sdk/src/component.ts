import type { z } from 'zod'
import type { Clock } from './clock.ts'
import type { Exporter } from './exporter.ts'
import type { Extension, ExtensionHost } from './extension.ts'
import type { Logger } from './logger.ts'
import type { Processor } from './processor.ts'
import type { Receiver, ReceiverHost } from './receiver.ts'

/** The version of these contracts. A factory of another version is refused by name. */
export const API_VERSION = 1

/** What every component is given beside its configuration. */
export interface Host {
  /** The component's id in the configuration: `file`, `file/archive`. */
  readonly id: string
  readonly clock: Clock
  /** For what an operator must know; never called once per record. */
  readonly logger: Logger
  /** The component's page of the ledger. */
  readonly ledger: Ledger
}

/**
 * Where a component accounts for records. The runtime counts what goes in and what comes out; the component
 * says the rest, so that `in + created = out + consumed + the sum of dropped by reason`.
 */
export interface Ledger {
  /** Records that came out without having gone in: alerts, the second and later records of an envelope. */
  created(count: number): void
  /** Records that went in and did their work here: what a detector counted and does not pass on. */
  consumed(count: number): void
  /** Records that went in and were set aside, by a reason in `lower_snake_case`. */
  dropped(reason: string, count: number): void
  /** Something worth counting that decides nothing over a record's fate: `late`, `duplicate`, `truncated`. */
  noted(note: string, count: number): void
}

/** What all components may have. Both are called at most once; `stop` also without `start`. */
export interface Component {
  start?(): void | Promise<void>
  stop?(): void | Promise<void>
  /** Figures for the minute's line and the status page: `open_episodes`, `watermark_lag_ms`. */
  gauges?(): Readonly<Record<string, number>>
}

interface FactoryBase<Schema extends z.ZodType> {
  /** Always {@link API_VERSION}. */
  readonly apiVersion: typeof API_VERSION
  /** The name that a configuration uses, in `lower_snake_case`. */
  readonly type: string
  /** One sentence: what it does. */
  readonly description: string
  /** Parses, checks, gives defaults, documents. Every field carries a sentence (`.describe`). */
  readonly config: Schema
}

export interface ReceiverFactory<Schema extends z.ZodType = z.ZodType> extends FactoryBase<Schema> {
  readonly kind: 'receiver'
  create(config: z.output<Schema>, host: ReceiverHost): Receiver
}

export interface ProcessorFactory<Schema extends z.ZodType = z.ZodType> extends FactoryBase<Schema> {
  readonly kind: 'processor'
  create(config: z.output<Schema>, host: Host): Processor
}

/** What an exporter wants of the runtime, unless the configuration says otherwise. */
export interface ExporterDefaults {
  /** Milliseconds that one call of `export` may take; 0 is no limit. Without it 30,000. */
  readonly timeout?: number
}

export interface ExporterFactory<Schema extends z.ZodType = z.ZodType> extends FactoryBase<Schema> {
  readonly kind: 'exporter'
  readonly defaults?: ExporterDefaults
  create(config: z.output<Schema>, host: Host): Exporter
}

export interface ExtensionFactory<Schema extends z.ZodType = z.ZodType> extends FactoryBase<Schema> {
  readonly kind: 'extension'
  create(config: z.output<Schema>, host: ExtensionHost): Extension
}

export type ComponentFactory = ReceiverFactory | ProcessorFactory | ExporterFactory | ExtensionFactory

type Definition<Factory> = Omit<Factory, 'apiVersion' | 'kind'>

/** A receiver's factory: the default export of a receiver's package. */
export function defineReceiver<Schema extends z.ZodType>(
  definition: Definition<ReceiverFactory<Schema>>,
): ReceiverFactory<Schema> {
  return { apiVersion: API_VERSION, kind: 'receiver', ...definition }
}

/**
 * A processor's factory: the default export of a processor's package.
 *
 * @example
 * ```ts
 * export default defineProcessor({
 *   type: 'tag',
 *   description: 'Adds one attribute to every record.',
 *   config: z.strictObject({ name: z.string().describe('The attribute.'), value: z.string().describe('Its value.') }),
 *   create: config => ({
 *     mutates: true,
 *     process(batch) {
 *       for (const record of batch.records) record.attributes[config.name] = config.value
 *       return batch.records
 *     },
 *   }),
 * })
 * ```
 */
export function defineProcessor<Schema extends z.ZodType>(
  definition: Definition<ProcessorFactory<Schema>>,
): ProcessorFactory<Schema> {
  return { apiVersion: API_VERSION, kind: 'processor', ...definition }
}

/** An exporter's factory: the default export of an exporter's package. */
export function defineExporter<Schema extends z.ZodType>(
  definition: Definition<ExporterFactory<Schema>>,
): ExporterFactory<Schema> {
  return { apiVersion: API_VERSION, kind: 'exporter', ...definition }
}

/** An extension's factory: the default export of an extension's package. */
export function defineExtension<Schema extends z.ZodType>(
  definition: Definition<ExtensionFactory<Schema>>,
): ExtensionFactory<Schema> {
  return { apiVersion: API_VERSION, kind: 'extension', ...definition }
}
