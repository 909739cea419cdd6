export type { CheckedConfig, Components, Configured, ConfiguredPipeline, Lazy } from './checked-config.ts'
export { ConfigError, type Diagnostic, formatDiagnostics } from './diagnostics.ts'
export { loadAll } from './load-all.ts'
export { type ConfigInput, loadConfig } from './load-config.ts'
