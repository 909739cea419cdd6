import type { Component, Host } from './component.ts'
import type { RuntimeStatus } from './status.ts'

/** What an extension is given beside its configuration. */
export interface ExtensionHost extends Host {
  /**
   * How everything is now. Cheap enough to be asked with each request. What has not been made yet is not in it:
   * while extensions are made, nothing is.
   */
  status(): RuntimeStatus
}

/** Serves the other components or the operator: storage, a health check, a status page. */
export interface Extension extends Component {
  /** Keeps state and positions, where it is a storage. */
  readonly storage?: Storage
}

/** One change of a {@link Storage}: a key's new value, or `undefined` to delete it. */
export type StorageChange = readonly [space: string, key: string, value: Uint8Array | undefined]

/**
 * Keeps bytes by space (what they are, and a component's id) and key, across restarts. There may be several commits at
 * a time; of two that change the same key the one that was asked for last has the last word.
 */
export interface Storage {
  /** Milliseconds between two checkpoints. */
  readonly interval: number
  /** All entries of a space, in the order of their keys. Used only before anything is committed. */
  entries(space: string): Iterable<readonly [key: string, value: Uint8Array]>
  /**
   * Writes all changes or none. Resolves when they survive a crash; rejects when nothing was written, and then the same
   * changes come again with a later commit. The changes may be gone through at any time until it settles.
   */
  commit(changes: Iterable<StorageChange>): Promise<void>
}
