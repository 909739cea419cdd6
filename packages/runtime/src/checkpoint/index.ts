export type { Checkpoints } from './checkpoints.ts'
export { createCheckpoints } from './checkpoints.ts'
