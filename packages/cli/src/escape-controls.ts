/**
 * A text with all that could act on a terminal as `\uXXXX`: control characters, marks that turn the direction of text,
 * line separators, halves of surrogate pairs. JSON stays the same JSON.
 */
export function escapeControls(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (character) => {
    let escaped = ''
    for (let index = 0; index < character.length; index++)
      escaped += `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`
    return escaped
  })
}
