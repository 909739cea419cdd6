export type { AnyValue, Attributes, AttributeView } from './any-value.ts'
export type { Batch, Position, Source } from './batch.ts'
export type { Clock } from './clock.ts'
export { systemClock } from './clock.ts'
export type {
  Component,
  ComponentFactory,
  ExporterDefaults,
  ExporterFactory,
  ExtensionFactory,
  Host,
  Ledger,
  ProcessorFactory,
  ReceiverFactory,
} from './component.ts'
export { API_VERSION, defineExporter, defineExtension, defineProcessor, defineReceiver } from './component.ts'
export { LacunaError, PartialError, PermanentError, RetryableError } from './errors.ts'
export type { Exporter } from './exporter.ts'
export type { Extension, ExtensionHost, Storage, StorageChange } from './extension.ts'
export type { FieldReader } from './field.ts'
export { fieldReader } from './field.ts'
export type { Logger } from './logger.ts'
export { silentLogger } from './logger.ts'
export type { Processor, Snapshot, SnapshotEntry, SnapshotHeader, Tick } from './processor.ts'
export type { ReadProgress, Receiver, ReceiverHost, SourceClosed } from './receiver.ts'
export type { InstrumentationScope, LogRecordInit, Resource } from './record.ts'
export { LogRecord } from './record.ts'
export { duration, formatDuration, parseDuration, Secret, secret, size } from './schema.ts'
export type {
  ExporterState,
  ExporterStatus,
  Phase,
  PipelineStatus,
  QueueStatus,
  ReceiverState,
  ReceiverStatus,
  RuntimeStatus,
  StateOf,
} from './status.ts'
export type { HrTime } from './time.ts'
export {
  compareTimes,
  formatTime,
  fromMillis,
  fromNanos,
  hasTime,
  NO_TIME,
  toMillis,
  toNanos,
} from './time.ts'
