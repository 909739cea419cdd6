import { styleText } from 'node:util'

/** What a piece of text is, which decides how it looks. */
export type Role =
  | 'strong'
  | 'faint'
  | 'critical'
  | 'high'
  | 'medium'
  | 'low'
  | 'resolved'
  | 'badge_critical'
  | 'badge_high'
  | 'badge_medium'
  | 'badge_low'
  | 'badge_resolved'

/** Gives text the look of its role; without colour, the text as it is. */
export type Style = (role: Role, text: string) => string

type Format = Parameters<typeof styleText>[0]

const FORMATS: Readonly<Record<Role, Format>> = {
  strong: 'bold',
  faint: 'dim',
  critical: ['bold', 'red'],
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  resolved: 'green',
  badge_critical: ['bold', 'whiteBright', 'bgRed'],
  badge_high: ['bold', 'black', 'bgRed'],
  badge_medium: ['bold', 'black', 'bgYellow'],
  badge_low: ['bold', 'black', 'bgCyan'],
  badge_resolved: ['bold', 'black', 'bgGreen'],
}

/**
 * Whether to use colour: only on a terminal that can show it, and never when `NO_COLOR` is set to anything
 * (https://no-color.org).
 */
export function wantsColour(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  return stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb'
}

/** The codes around a text are the same for every text, so they are made once. */
export function makeStyle(colour: boolean): Style {
  if (!colour) return (_, text) => text
  const around = new Map<string, readonly [before: string, after: string]>()
  for (const [role, format] of Object.entries(FORMATS)) {
    const [before = '', after = ''] = styleText(format, '|', { validateStream: false }).split('|')
    around.set(role, [before, after])
  }
  return (role, text) => {
    const [before, after] = around.get(role) ?? ['', '']
    return before + text + after
  }
}
