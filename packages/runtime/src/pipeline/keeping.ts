import { type Clock, LacunaError, type Logger } from '@lacuna/sdk'
import type { Checkpoints } from '../checkpoint/index.ts'
import type { Graph } from './graph.ts'
import { namedLogger } from './named-logger.ts'

/**
 * Makes what saves a graph's state, where an extension offers a storage. Its code is loaded only then: whoever has none
 * pays nothing for it.
 *
 * @throws LacunaError `two_storages` when there is a choice
 */
export async function keepingOf(
  graph: Graph,
  clock: Clock,
  logger: Logger,
): Promise<Checkpoints | undefined> {
  const offers = graph.services.filter(({ extension }) => extension.storage !== undefined)
  const [offer] = offers
  const storage = offer?.extension.storage
  if (offer === undefined || storage === undefined) return undefined
  const { id, ledger } = offer.account
  if (offers.length > 1) {
    const names = offers.map(({ account }) => account.id).join(' and ')
    throw new LacunaError('two_storages', `${names} both keep state: leave one in service.extensions`, {
      component: id,
    })
  }
  const { createCheckpoints } = await import('../checkpoint/index.ts')
  return createCheckpoints(graph, {
    storage,
    clock,
    logger: namedLogger(logger, { component: id }),
    ledger,
    loggerOf: (pipeline, component) => namedLogger(logger, { component, pipeline }),
  })
}
