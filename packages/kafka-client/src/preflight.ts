import type { Admin } from 'kafkajs'

/**
 * Connects, logs in and asks for every topic, so that what is wrong is told before a consumer begins: kafkajs would
 * try for ever, or join and never receive.
 *
 * @returns how many partitions there are in all
 */
export async function preflight(admin: Admin, topics: readonly string[]): Promise<number> {
  try {
    await admin.connect()
    const { topics: found } = await admin.fetchTopicMetadata({ topics: [...topics] })
    return found.reduce((sum, { partitions }) => sum + partitions.length, 0)
  } finally {
    await admin.disconnect().catch(() => {})
  }
}
