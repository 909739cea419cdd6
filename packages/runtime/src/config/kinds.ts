import type { ComponentFactory } from '@lacuna/sdk'

export type Kind = ComponentFactory['kind']
export type Section = 'receivers' | 'processors' | 'exporters' | 'extensions'

/** The sections of a configuration in the order in which they are checked, with what stands in them. */
export const KINDS: readonly { readonly section: Section; readonly kind: Kind }[] = [
  { section: 'receivers', kind: 'receiver' },
  { section: 'processors', kind: 'processor' },
  { section: 'exporters', kind: 'exporter' },
  { section: 'extensions', kind: 'extension' },
]

/** `type` or `type/name`. A name may hold what is visible and no space. */
const ID = /^([a-z][a-z0-9_]{0,63})(?:\/([^\s\p{C}]{1,128}))?$/u

/** The type in an id; `undefined` when it is no id. */
export function typeOf(id: string): string | undefined {
  return ID.exec(id)?.[1]
}

/** `an exporter`, `a receiver`. */
export function withArticle(noun: string): string {
  return /^[aeiou]/.test(noun) ? `an ${noun}` : `a ${noun}`
}
