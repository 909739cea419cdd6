/**
 * What must not reach a terminal as it is, beyond what JSON escapes by itself (U+0000 to U+001F and halves of
 * surrogate pairs): DEL and the C1 controls, of which some terminals take U+009B for the start of a command;
 * the line and paragraph separators; and the marks by which text runs from right to left, so that it reads
 * otherwise than it is (Unicode Technical Report 36, section 2.10).
 */
const UNSAFE_IN_JSON = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/

const ALL_UNSAFE_IN_JSON = new RegExp(UNSAFE_IN_JSON, 'g')

/** Escapes what is unsafe in a JSON text. It can only be inside strings, for JSON's own signs are ASCII. */
export function escapeUnsafe(json: string): string {
  return UNSAFE_IN_JSON.test(json) ? json.replaceAll(ALL_UNSAFE_IN_JSON, escaped) : json
}

/**
 * The same for plain text: all controls, all separators but the space, halves of surrogate pairs, and all
 * characters that only steer the others. The two joiners stay: some scripts cannot be written without them.
 */
const UNSAFE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Plain text with everything visible that could steer a terminal: an escape character is shown as `\u001b`. */
export function visible(text: string): string {
  return text.replaceAll(UNSAFE, (char) => SHORT[char] ?? escaped(char))
}

function escaped(char: string): string {
  let text = ''
  for (let at = 0; at < char.length; at++) {
    text += `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`
  }
  return text
}
