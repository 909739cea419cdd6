/** What a terminal would act on or not show: control characters, direction marks, lone surrogates. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/** Wide ranges of East Asian Width (Unicode 16, UAX 11) and emoji, as [first, last]. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
]

/** A character as it may be printed. A tab stays a tab. */
export function visibleCharacter(character: string): string {
  if (character === '\t' || !INVISIBLE.test(character)) return character
  const code = character.codePointAt(0) ?? 0
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`
  return `\\u{${code.toString(16)}}`
}

/** A text as it may be printed within a line. */
export function visible(text: string): string {
  let shown = ''
  for (const character of text) shown += character === '\t' ? '\\t' : visibleCharacter(character)
  return shown
}

/** Columns that a character takes on a terminal: 0, 1 or 2. */
export function columnsOf(character: string): number {
  const code = character.codePointAt(0) ?? 0
  if (code < 0x300) return 1
  if (/\p{M}/u.test(character)) return 0
  if (/\p{Emoji_Presentation}/u.test(character)) return 2
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1
}

/** A name out of the configuration, in quotes, cut and escaped. */
export function quote(name: string): string {
  const cut = name.length > 80 ? `${name.slice(0, 79)}…` : name
  return `"${visible(cut)}"`
}
