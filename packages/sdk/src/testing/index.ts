export type {
  Check,
  ExporterConformance,
  ExtensionConformance,
  ProcessorConformance,
  ReceiverConformance,
  ReceiverInput,
} from './conformance/index.ts'
export {
  exporterConformance,
  extensionConformance,
  hostileRecords,
  processorConformance,
  receiverConformance,
} from './conformance/index.ts'
export type { ManualClock } from './manual-clock.ts'
export { manualClock } from './manual-clock.ts'
export type {
  TestExtensionHost,
  TestHost,
  TestLedger,
  TestReceiverHost,
  TestReceiverHostOptions,
} from './test-host.ts'
export { testExtensionHost, testHost, testLedger, testReceiverHost } from './test-host.ts'
