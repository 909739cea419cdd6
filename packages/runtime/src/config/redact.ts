/**
 * A sentence without certain values, or lines of them, in it. Short values are only replaced where they stand as words: what is
 * one letter long would otherwise take the sentence apart.
 */
export function redact(sentence: string, values: readonly string[]): string {
  let text = sentence
  const lines = values.flatMap((value) => [value, ...value.split('\n').map((line) => line.trim())])
  for (const value of lines.toSorted((a, b) => b.length - a.length)) {
    if (value === '') continue
    text = value.length >= 4 ? text.replaceAll(value, '[redacted]') : redactWord(text, value)
  }
  return text
}

function redactWord(text: string, word: string): string {
  let result = ''
  let from = 0
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    if (/\w/.test(text[at - 1] ?? '') || /\w/.test(text[at + word.length] ?? '')) continue
    result += `${text.slice(from, at)}[redacted]`
    from = at + word.length
  }
  return result + text.slice(from)
}
