/**
 * What could steer how text reads: all controls, all separators but the space, halves of surrogate pairs, and all
 * characters that only steer others, the marks that turn the direction of text among them (Unicode Technical
 * Report 36, section 2.10). The two joiners stay: some scripts cannot be written without them.
 */
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Slack's three: unescaped, `<!channel>` calls everybody and `<https://a|https://b>` hides where a link leads. */
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/**
 * Text that a stranger wrote, for a message: on one line, everything that steers made visible (`\u202e`), Slack's
 * signs escaped, and at most `limit` characters long as Slack counts them, with `…` where it was cut.
 *
 * @example
 * ```ts
 * safe('<!channel> now', 100) // '&lt;!channel&gt; now'
 * ```
 */
export function safe(text: string, limit: number): string {
  return build(text, limit, (char) => ESCAPES[char] ?? (UNSEEN.test(char) ? escaped(char) : char))
}

/**
 * The same as inline code, in which Slack formats nothing: no bold, no emoji, no link. A back-quote would end it
 * and becomes an apostrophe. Nothing at all is `""`.
 */
export function code(text: string, limit: number): string {
  if (text === '') return '`""`'
  const inner = build(text, limit - 2, (char) =>
    char === '`' ? "'" : (ESCAPES[char] ?? (UNSEEN.test(char) ? escaped(char) : char)),
  )
  return `\`${inner}\``
}

/**
 * A name between marks of ours: bare when nothing in it could be taken for a mark, else as inline code.
 *
 * @example
 * ```ts
 * bare('Model theft', 60) // 'Model theft'
 * bare('*urgent*', 60) // '`*urgent*`'
 * ```
 */
export function bare(text: string, limit: number): string {
  return /^[\p{L}\p{N}][\p{L}\p{N} .,()/+-]*$/u.test(text.slice(0, limit))
    ? safe(text, limit)
    : code(text, limit)
}

function build(text: string, limit: number, show: (char: string) => string): string {
  let built = ''
  let fits = 0
  // A character is at least one character of the result: more of them cannot matter.
  for (const char of text.slice(0, limit + 1)) {
    const shown = SHORT[char] ?? show(char)
    if (built.length + shown.length > limit) return `${built.slice(0, fits)}…`
    built += shown
    if (built.length < limit) fits = built.length
  }
  return built
}

function escaped(char: string): string {
  let text = ''
  for (let at = 0; at < char.length; at++) {
    text += `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`
  }
  return text
}
