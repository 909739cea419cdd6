import type { ComponentFactory } from '@lacuna/sdk'
import type { z } from 'zod'
import { isSendingKey, type SendingConfig, sendingSchemaOf } from './sending.ts'
import type { Entry, MapNode } from './tree.ts'
import { validate } from './validate.ts'

/** What a component is made from, or what is wrong with it. */
type CheckedOptions =
  | { readonly config: unknown; readonly sending?: SendingConfig; readonly issues?: undefined }
  | { readonly issues: readonly z.core.$ZodIssue[] }

/**
 * Checks a component's options. Of an exporter's map the runtime takes those that every exporter has, and the
 * exporter's own schema never sees them: it may be strict, refined or a union, and need not know of them.
 *
 * @throws what the schema's own code throws
 */
export async function checkOptions(factory: ComponentFactory, tree: MapNode): Promise<CheckedOptions> {
  if (factory.kind !== 'exporter') {
    const { output, issues } = await validated(factory.config, tree)
    return issues === undefined ? { config: output } : { issues }
  }
  const own = await validated(
    factory.config,
    only(tree, (key) => !isSendingKey(key)),
  )
  const schema = sendingSchemaOf(factory)
  const runtime = await validated(schema, only(tree, isSendingKey))
  const issues = [...(own.issues ?? []), ...(runtime.issues ?? [])]
  if (issues.length > 0) return { issues }
  return { config: own.output, sending: runtime.output as SendingConfig }
}

interface Validated {
  readonly output?: unknown
  readonly issues?: readonly z.core.$ZodIssue[] | undefined
}

function validated(schema: z.ZodType, tree: MapNode): Promise<Validated> {
  return validate(schema, tree)
}

function only(tree: MapNode, wanted: (key: string) => boolean): MapNode {
  const entries = new Map<string, Entry>()
  for (const [key, entry] of tree.entries) if (wanted(key)) entries.set(key, entry)
  return { ...tree, entries }
}
