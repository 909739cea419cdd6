export type {
  CheckedConfig,
  Components,
  Configured,
  ConfiguredExporter,
  ConfiguredPipeline,
  Lazy,
} from './checked-config.ts'
export { ConfigError, type Diagnostic, formatDiagnostics } from './diagnostics.ts'
export { loadAll } from './load-all.ts'
export { type ConfigInput, loadConfig } from './load-config.ts'
export { nearest } from './nearest.ts'
export { defaultSending, type SendingConfig } from './sending.ts'
