/** Hands an input to the command, bit by bit. */
export interface Feed {
  /** The `receivers:` of the configuration, and their ids. */
  readonly receivers: string
  readonly receiver: string
  /** Lines that the receiver counts when it has read everything once. */
  readonly units: number
  /** Hands over everything up to this share of the input, at the pace of the seed. */
  advance(share: number): Promise<void>
  /** After the command was killed, before it starts again. */
  afterKill(): Promise<void>
  /** Rotates one of its files; `between` runs when the one half is done and the other is not. */
  rotate?(how: Rotation, between: () => Promise<void>): Promise<void>
  close(): Promise<void>
}

/** How a log is rotated. */
export type Rotation = 'rename' | 'rename_gzip' | 'copy_truncate'

/** Where the records come from. */
export type SourceKind = 'file' | 'kafka' | 'otlp'
