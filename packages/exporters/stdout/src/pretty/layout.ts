/**
 * Columns that a text takes on a terminal. An estimate: the terminal's font and version have the last word,
 * and all that depends on it is where a line breaks.
 */
export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length
  let width = 0
  for (const char of text) width += charWidth(char)
  return width
}

const ASCII = /^[ -~]*$/
const NOTHING = /^[\p{M}\u200c\u200d]/u
const WIDE = /^[\p{sc=Han}\p{sc=Hangul}\p{Emoji_Presentation}\u3000-\u30ff\uff01-\uff60\uffe0-\uffe6]/u

function charWidth(char: string): number {
  // Latin and its neighbours: no marks, nothing wide.
  if (char < '\u0300') return 1
  if (NOTHING.test(char)) return 0
  return WIDE.test(char) ? 2 : 1
}

/** Text in lines of at most `width` columns, broken at spaces. A word that is wider has a line of its own. */
export function wrap(text: string, width: number): string[] {
  if (textWidth(text) <= width) return [text]
  const lines: string[] = []
  let line = ''
  let used = 0
  for (const word of text.split(' ')) {
    const wide = textWidth(word)
    if (line !== '' && used + 1 + wide > width) {
      lines.push(line)
      line = word
      used = wide
    } else {
      line = line === '' ? word : `${line} ${word}`
      used = line === word ? wide : used + 1 + wide
    }
  }
  lines.push(line)
  return lines
}

/** The start of a text that fits into `width` columns, with `…` for the rest. */
export function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  let kept = ''
  let used = 1
  for (const char of text) {
    used += charWidth(char)
    if (used > width) break
    kept += char
  }
  return `${kept}…`
}
