import type { CST } from 'yaml'

/** More levels than this no configuration has; the composer behind would recurse into all of them. */
export const MAX_DEPTH = 100

/** What only the tokens of a text can say. */
export interface TokenFacts {
  /** Where the text is nested deeper than {@link MAX_DEPTH}. */
  readonly tooDeep?: number
  /** Brackets that are never closed. */
  readonly unclosed: readonly { readonly offset: number; readonly bracket: string }[]
  /** Start of each quoted scalar by its end. */
  readonly quoted: ReadonlyMap<number, number>
}

/** Looks through the tokens without recursion. */
export function readTokens(tokens: readonly CST.Token[]): TokenFacts {
  const unclosed: { offset: number; bracket: string }[] = []
  const quoted = new Map<number, number>()
  const waiting: { token: CST.Token; depth: number }[] = tokens.map((token) => ({ token, depth: 0 }))
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { token, depth } = next
    if (depth > MAX_DEPTH) return { tooDeep: 'offset' in token ? token.offset : 0, unclosed, quoted }
    if (token.type === 'document' && token.value !== undefined) waiting.push({ token: token.value, depth })
    if (token.type === 'double-quoted-scalar' || token.type === 'single-quoted-scalar')
      quoted.set(token.offset + token.source.length, token.offset)
    if (token.type === 'flow-collection' && !token.end.some((end) => end.type.endsWith('-end')))
      unclosed.push({ offset: token.offset, bracket: token.start.source })
    if ('items' in token) {
      for (const item of token.items) {
        if (item.key) waiting.push({ token: item.key, depth: depth + 1 })
        if (item.value) waiting.push({ token: item.value, depth: depth + 1 })
      }
    }
  }
  return { unclosed, quoted }
}
