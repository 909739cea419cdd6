export { type BulkBurst, type BulkOptions, bulk, bulkBursts } from './bulk.ts'
export { DEFAULT_SEED, day } from './day.ts'
export type { Match, Truth } from './truth.ts'
