export type {
  Check,
  ExporterConformance,
  ProcessorConformance,
  ReceiverConformance,
  ReceiverInput,
} from './conformance/index.ts'
export {
  exporterConformance,
  hostileRecords,
  processorConformance,
  receiverConformance,
} from './conformance/index.ts'
export type { ManualClock } from './manual-clock.ts'
export { manualClock } from './manual-clock.ts'
export type {
  TestHost,
  TestLedger,
  TestReceiverHost,
  TestReceiverHostOptions,
} from './test-host.ts'
export { testHost, testLedger, testReceiverHost } from './test-host.ts'
