import type { Receiver, ReceiverHost } from '@lacuna/sdk'
import type { FileConfig } from './config.ts'
import { isStdin } from './find-inputs.ts'
import { finiteReceiver } from './finite-receiver.ts'
import { followingReceiver } from './following-receiver.ts'
import type { Tuning } from './tuning.ts'

export type { Tuning } from './tuning.ts'

/** Makes the receiver: one that follows, or one that reads once. Standard input has an end whatever `follow` says. */
export function fileReceiver(config: FileConfig, host: ReceiverHost, tuning: Tuning = {}): Receiver {
  const follows = config.follow && !config.include.every(isStdin)
  return follows ? followingReceiver(config, host, tuning) : finiteReceiver(config, host, tuning)
}
