import { type Cluster, type PartitionAssigner, PartitionAssigners } from 'kafkajs'
import { expect, it } from 'vitest'
import { withLongPoll } from './long-poll.ts'

it('a fetch waits as long as is asked for it, whatever kafkajs was told', async () => {
  const waits: number[] = []
  const broker = { fetch: async (request: { maxWaitTime: number }) => void waits.push(request.maxWaitTime) }
  const cluster = { findBroker: async () => broker } as unknown as Cluster
  let wait = 2000
  const assigner = withLongPoll(
    PartitionAssigners.roundRobin,
    () => wait,
  )({ cluster } as unknown as Parameters<PartitionAssigner>[0])
  expect(assigner.name).toBe('RoundRobinAssigner')
  for (const next of [2000, 500, 2000]) {
    wait = next
    await cluster.findBroker({ nodeId: '1' })
    await broker.fetch({ maxWaitTime: 777 })
  }
  expect(waits).toEqual([2000, 500, 2000])
})
