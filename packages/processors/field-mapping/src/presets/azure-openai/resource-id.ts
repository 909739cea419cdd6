import { detach } from '../../intern.ts'

/** The parts of an ARM resource id, in lower case; a part that is not there is undefined. */
export interface ResourceParts {
  /** The whole id as it came, in lower case. */
  readonly id: string
  readonly subscription: string | undefined
  readonly group: string | undefined
  /** Namespace and type: `microsoft.cognitiveservices/accounts`. */
  readonly provider: string | undefined
  /** All that follows the provider. */
  readonly name: string | undefined
}

/** ARM ids are far shorter; what is longer is not read as one, and has no parts and no `id` either. */
const MAX_RESOURCE_ID = 2048

/**
 * Splits `/subscriptions/<id>/resourceGroups/<group>/providers/<namespace>/<type>/<name>`. ARM ids are
 * case-insensitive, so all parts are in lower case. What does not follow that pattern has only an `id`, or the
 * parts up to where it stops following.
 */
export function splitResourceId(text: string): ResourceParts {
  const id = text.toLowerCase()
  const parts = id.split('/')
  const [lead, subscriptions, subscription, groups, group, providers, namespace, type] = parts
  const hasSubscription = lead === '' && subscriptions === 'subscriptions'
  const hasGroup = hasSubscription && groups === 'resourcegroups'
  const hasProvider =
    hasGroup && providers === 'providers' && namespace !== '' && type !== undefined && type !== ''
  const name = parts.slice(8).join('/')
  return {
    id,
    subscription: hasSubscription ? subscription || undefined : undefined,
    group: hasGroup ? group || undefined : undefined,
    provider: hasProvider ? `${namespace}/${type}` : undefined,
    name: hasProvider ? name || undefined : undefined,
  }
}

/** Splits a resource id; `undefined` for a text that is empty or too long to be one. */
export type SplitResourceId = (text: string) => ResourceParts | undefined

/** Entries of the cache; a power of two. Some 600 bytes each when full. */
const SIZE = 8192

/**
 * {@link splitResourceId} with a memory: a site has few resources and very many records. The same text gives the
 * same strings again, whose hashes are known, so that whoever groups by them gains too.
 *
 * Each text has two places, found by its length and some of its last characters (where ids differ), and takes
 * the older one: bounded, no list of uses to keep, and cheaper than a `Map`, which hashes the whole text.
 */
export function resourceIdCache(): SplitResourceId {
  const texts: string[] = new Array(SIZE).fill('')
  const entries: (ResourceParts | undefined)[] = new Array(SIZE).fill(undefined)
  return (text) => {
    if (text.length > MAX_RESOURCE_ID) return undefined
    const place = hash(text) & (SIZE - 1)
    if (texts[place] === text) return entries[place]
    const other = place ^ 1
    if (texts[other] === text) return entries[other]
    texts[other] = texts[place] ?? ''
    entries[other] = entries[place]
    const own = detach(text)
    const parts = splitResourceId(own)
    texts[place] = own
    entries[place] = parts
    return parts
  }
}

/** Of the last six characters, and of every fourth of the thirty-two before them. */
function hash(text: string): number {
  const end = text.length
  let value = end
  let at = end - 1
  for (let stop = Math.max(0, end - 6); at >= stop; at--)
    value = (Math.imul(value, 31) + text.charCodeAt(at)) | 0
  for (let stop = Math.max(0, end - 38); at >= stop; at -= 4) {
    value = (Math.imul(value, 31) + text.charCodeAt(at)) | 0
  }
  return value ^ (value >>> 15)
}
