import type { RedactRule } from './config.ts'

/** Names whose rule is remembered, so that a pipeline's usual names are looked up once. */
const MAX_KNOWN = 10_000
const MAX_NAME = 256

/** Finds the rule for a name. */
export interface RuleFinder {
  /** The first rule that names this attribute, or this dotted path into one. */
  find(name: string): RedactRule | undefined
  /** How many levels of maps a rule can reach into: below that there is nothing to find. */
  readonly depth: number
}

/** Makes a {@link RuleFinder}; work on the names is done here, once. */
export function ruleFinder(rules: readonly RedactRule[]): RuleFinder {
  const patterns = rules.flatMap((rule) =>
    rule.attributes.map((name) => ({
      rule,
      text: name.endsWith('*') ? name.slice(0, -1) : name,
      prefix: name.endsWith('*'),
    })),
  )
  const known = new Map<string, RedactRule | undefined>()

  const search = (name: string) =>
    patterns.find(({ text, prefix }) => (prefix ? name.startsWith(text) : name === text))?.rule

  return {
    // Each level adds a dot at least, so a name of n dots names nothing below level n + 2.
    depth: Math.max(...patterns.map(({ text }) => text.split('.').length + 1)),
    find(name) {
      if (name.length > MAX_NAME) return search(name)
      const found = known.get(name)
      if (found !== undefined || known.has(name)) return found
      const rule = search(name)
      if (known.size < MAX_KNOWN) known.set(name, rule)
      return rule
    },
  }
}
