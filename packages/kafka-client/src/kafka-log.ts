import type { Logger } from '@lacuna/sdk'
import type { logCreator } from 'kafkajs'
import { clean } from './explain.ts'

/** What a session hears from the log of kafkajs, which tells some things nowhere else. */
export interface KafkaLogOptions {
  readonly logger: Logger
  /** Something failed that kafkajs tries again by itself. */
  readonly onTrouble: (message: string) => void
  /** A partition's offset is gone; kafkajs goes on at the earliest that is there. */
  readonly onOutOfRange: (topic: string, partition: number) => void
}

/** kafkajs's level for errors. */
const ERROR = 1

/** Hears the log of kafkajs. What it says goes to our log as `debug`: it is written for developers. */
export function kafkaLog({ logger, onTrouble, onOutOfRange }: KafkaLogOptions): logCreator {
  return () =>
    ({ namespace, level, log }) => {
      const { message, topic, partition, error } = log
      const said = typeof error === 'string' ? `${message}: ${error}` : String(message)
      if (message.startsWith('Offset out of range, resetting') && typeof topic === 'string')
        onOutOfRange(topic, Number(partition))
      // A rebalance is no trouble, whatever the level it is told at.
      else if (level === ERROR && !/rebalanc/i.test(said)) onTrouble(clean(said))
      logger.debug({ namespace, level }, clean(said))
    }
}
