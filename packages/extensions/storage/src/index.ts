import { defineExtension } from '@lacuna/sdk'
import { storageConfig } from './config.ts'
import { createStorageExtension } from './storage-extension.ts'

export type { StorageConfig } from './config.ts'
export type { State } from './state.ts'
export { clearState, openState } from './state.ts'
export { createStorageExtension } from './storage-extension.ts'

/** The `storage` extension: positions, state and what is not delivered yet, on a disk, across crashes. */
export default defineExtension({
  type: 'storage',
  description:
    'Keeps positions, detector state and what is not delivered yet in a directory, across crashes.',
  config: storageConfig,
  create: createStorageExtension,
})
