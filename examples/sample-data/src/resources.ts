import { createRandom, type Random } from './random.ts'

/** A model under the name that callers use for it, and the operation it answers. */
export type Deployment = { name: string; model: string; version: string; operation: string }

/** One Azure OpenAI account, and who calls it. Everything here is invented. */
export type Resource = {
  name: string
  /** The ARM id, in upper case as the logs have it. */
  id: string
  region: string
  deployments: readonly Deployment[]
  /** Caller addresses, last octet masked as in the logs. */
  callers: readonly string[]
  /** Object ids of the accounts that call. */
  accounts: readonly string[]
  epoch: 'year_1' | 'unix'
}

export const CHAT: Deployment = {
  name: 'chat-main',
  model: 'chat-large',
  version: '2026-03-10',
  operation: 'ChatCompletions_Create',
}
export const CHAT_FAST: Deployment = {
  name: 'chat-fast',
  model: 'chat-small',
  version: '2026-05-02',
  operation: 'ChatCompletions_Create',
}
export const EMBEDDINGS: Deployment = {
  name: 'embeddings',
  model: 'embed-large',
  version: '1',
  operation: 'Embeddings_Create',
}
export const COMPLETIONS: Deployment = {
  name: 'text-legacy',
  model: 'text-instruct',
  version: '0914',
  operation: 'Completions_Create',
}
const IMAGES: Deployment = {
  name: 'images',
  model: 'image-standard',
  version: '3.0',
  operation: 'ImageGenerations_Create',
}

/** Reserved for documentation (RFC 5737); the last octet is masked as Azure masks it. */
const CALLERS = ['203.0.113.***', '198.51.100.***', '192.0.2.***']
const REGIONS = ['eastus', 'westeurope', 'swedencentral', 'eastus2']

/** The twenty accounts of the day. What happens on the first nine is told in `stories.ts`. */
const DAY: readonly (readonly [name: string, group: string, deployments: readonly Deployment[]])[] = [
  ['contoso-support-chat', 'contoso-support-prod', [CHAT, CHAT_FAST, EMBEDDINGS]],
  ['fabrikam-claims-desk', 'fabrikam-claims-prod', [CHAT, EMBEDDINGS]],
  ['contoso-loadtest', 'contoso-test', [CHAT_FAST]],
  ['northwind-search-assist', 'northwind-search-prod', [CHAT, EMBEDDINGS]],
  ['litware-notes-lab', 'litware-lab', [CHAT_FAST]],
  ['tailspin-booking-chat', 'tailspin-booking-prod', [CHAT, CHAT_FAST]],
  ['proseware-embeddings', 'proseware-data-prod', [EMBEDDINGS]],
  ['wingtip-moderation', 'wingtip-toys-prod', [CHAT]],
  ['adventure-works-images', 'adventure-works-web', [IMAGES, CHAT]],
  ['woodgrove-bank-assist', 'woodgrove-retail-prod', [CHAT, CHAT_FAST, EMBEDDINGS]],
  ['fourth-coffee-menu', 'fourth-coffee-prod', [CHAT_FAST]],
  ['lucerne-publishing-drafts', 'lucerne-editorial', [CHAT, COMPLETIONS]],
  ['margies-travel-planner', 'margies-travel-prod', [CHAT, EMBEDDINGS]],
  ['alpine-ski-house-help', 'alpine-guest-services', [CHAT_FAST]],
  ['coho-winery-cellar', 'coho-winery-prod', [CHAT, COMPLETIONS]],
  ['graphic-design-briefs', 'graphic-design-prod', [CHAT, IMAGES]],
  ['humongous-insurance-intake', 'humongous-intake-prod', [CHAT, EMBEDDINGS]],
  ['relecloud-ops-chat', 'relecloud-operations', [CHAT, CHAT_FAST]],
  ['trey-research-papers', 'trey-research-shared', [CHAT, EMBEDDINGS]],
  ['vanarsdel-warehouse', 'vanarsdel-logistics', [CHAT_FAST, COMPLETIONS]],
]

/** The accounts of the day, with ids that the seed decides. */
export function dayResources(seed: number): Resource[] {
  const random = createRandom(seed, 'resources')
  const subscriptions = [random.guid(), random.guid(), random.guid()]
  return DAY.map(([name, group, deployments]) =>
    resource(random, name, armId(random.pick(subscriptions), group, name), deployments),
  )
}

/** As many accounts as asked for, with chat, embeddings and completions, for the bulk scenario. */
export function bulkResources(seed: number, count: number): Resource[] {
  const random = createRandom(seed, 'bulk resources')
  const subscription = random.guid()
  return Array.from({ length: count }, (_, index) => {
    const name = bulkName(index)
    const id = armId(subscription, name.slice(0, -2), name)
    return resource(random, name, id, [CHAT, EMBEDDINGS, COMPLETIONS])
  })
}

/** The name of the n-th of them, from 0. */
export function bulkName(index: number): string {
  return `contoso-chat-${String(index).padStart(6, '0')}`
}

/** The ARM id of an account, upper case. */
function armId(subscription: string, group: string, name: string): string {
  const scope = `/subscriptions/${subscription}/resourceGroups/${group}`
  return `${scope}/providers/Microsoft.CognitiveServices/accounts/${name}`.toUpperCase()
}

function resource(random: Random, name: string, id: string, deployments: readonly Deployment[]): Resource {
  return {
    name,
    id,
    region: random.pick(REGIONS),
    deployments,
    callers: random.chance(0.5) ? CALLERS : [random.pick(CALLERS)],
    accounts: [random.guid(), random.guid()],
    epoch: random.chance(0.25) ? 'unix' : 'year_1',
  }
}
