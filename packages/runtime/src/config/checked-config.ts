import type { ExporterFactory, ExtensionFactory, ProcessorFactory, ReceiverFactory } from '@lacuna/sdk'
import type { SendingConfig } from './sending.ts'

/** A factory, or how to get one when it is asked for: `() => import('@lacuna/receiver-file')`. */
export type Lazy<Factory> = Factory | (() => Promise<Factory | { readonly default: Factory }>)

/** What a configuration may name, by type. `runtime` itself knows no component. */
export interface Components {
  readonly receivers?: Readonly<Record<string, Lazy<ReceiverFactory>>>
  readonly processors?: Readonly<Record<string, Lazy<ProcessorFactory>>>
  readonly exporters?: Readonly<Record<string, Lazy<ExporterFactory>>>
  readonly extensions?: Readonly<Record<string, Lazy<ExtensionFactory>>>
}

/** One component of a configuration: its id (`type` or `type/name`), who makes it, and from what. */
export interface Configured<Factory> {
  readonly id: string
  readonly factory: Factory
  /** The output of the factory's schema. */
  readonly config: unknown
}

/** An exporter of a configuration. */
export interface ConfiguredExporter extends Configured<ExporterFactory> {
  /** How records are queued, batched and tried again for it. */
  readonly sending: SendingConfig
}

/** The ids that make a pipeline, in the order of the configuration. */
export interface ConfiguredPipeline {
  readonly id: string
  readonly receivers: readonly string[]
  readonly processors: readonly string[]
  readonly exporters: readonly string[]
}

/** A configuration without a mistake in it: only what some pipeline, or `service.extensions`, uses. */
export interface CheckedConfig {
  readonly receivers: ReadonlyMap<string, Configured<ReceiverFactory>>
  readonly processors: ReadonlyMap<string, Configured<ProcessorFactory>>
  readonly exporters: ReadonlyMap<string, ConfiguredExporter>
  readonly extensions: ReadonlyMap<string, Configured<ExtensionFactory>>
  readonly pipelines: ReadonlyMap<string, ConfiguredPipeline>
}
