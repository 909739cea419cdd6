import type { Cluster, PartitionAssigner } from 'kafkajs'

/** What a broker of kafkajs has that its types leave out. */
interface Fetching {
  fetch(request: { maxWaitTime: number }): Promise<unknown>
}

/**
 * An assigner of partitions that brings a longer wait for fetches that find nothing. A fetch costs an idle
 * process some two milliseconds, so it should wait long; a partition that is resumed is read only when the fetch
 * that is under way has come back, so it should wait short. It waits long only while no partition is paused.
 *
 * kafkajs has one wait for both; its cluster can be had here and nowhere else.
 *
 * @param assigner the assigner that does the assigning
 * @param wait milliseconds that a fetch may wait; asked for each
 */
export function withLongPoll(assigner: PartitionAssigner, wait: () => number): PartitionAssigner {
  return (config) => {
    lengthen(config.cluster, wait)
    return assigner(config)
  }
}

function lengthen(cluster: Cluster, wait: () => number): void {
  const known = new WeakSet<object>()
  const findBroker = cluster.findBroker.bind(cluster)
  cluster.findBroker = async (node) => {
    const broker = await findBroker(node)
    if (isFetching(broker) && !known.has(broker)) {
      known.add(broker)
      const fetch = broker.fetch.bind(broker)
      broker.fetch = (request) => fetch({ ...request, maxWaitTime: wait() })
    }
    return broker
  }
}

function isFetching(broker: object | undefined): broker is Fetching {
  return broker !== undefined && 'fetch' in broker && typeof broker.fetch === 'function'
}
