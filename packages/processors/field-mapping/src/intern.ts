/**
 * The one copy of a text that the engine keeps for names of properties and for texts in source code. Comparing two
 * such is comparing two pointers, and a `Map` finds one as a key at once; texts that were put together or cut
 * out are compared letter by letter.
 */
export function intern(text: string): string {
  for (const key in { [text]: 0 }) return key
  return text
}

/**
 * The same text in memory of its own. What a regular expression captures is a window on the whole line, and would
 * keep that alive for as long as someone remembers one correlation id. Short captures are copies anyway.
 */
export function detach(text: string): string {
  return text.length < 13 ? text : ` ${text}`.slice(1)
}

/** Texts that {@link Vocabulary} holds, and how long one may be. */
const MAX_WORDS = 16
const MAX_WORD = 64

/** Gives the one copy of a text that is one of few, without hashing it. */
export class Vocabulary {
  readonly #words: string[] = []

  of(text: string): string {
    const words = this.#words
    for (let at = 0; at < words.length; at++) {
      const word = words[at]
      if (word === text) return word
    }
    const word = intern(detach(text))
    if (words.length < MAX_WORDS && word.length <= MAX_WORD) words.push(word)
    return word
  }
}
