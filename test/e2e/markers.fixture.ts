/** Secrets that are easy to find again, in whatever form they were written. */
export interface Markers {
  /** A new secret; `name` says in a failure which one came out. */
  make(name: string, wrap?: (marker: string) => string): string
  /** The names of the secrets that a text holds, with the form: empty when it is clean. */
  found(text: string): string[]
}

export function markers(): Markers {
  const made = new Map<string, string>()
  return {
    make(name, wrap = (marker) => marker) {
      // Letters alone, so that it may stand in a header, a URL and a connection string, and is no word of ours.
      const marker = `Zq${Buffer.from(`${name} ${made.size}`).toString('hex')}Xw`
      made.set(name, marker)
      return wrap(marker)
    },
    found(text) {
      const hits: string[] = []
      for (const [name, marker] of made)
        for (const [form, written] of forms(marker))
          if (text.includes(written)) hits.push(`${name} (${form})`)
      return hits
    },
  }
}

/** The ways in which a secret gets into a text. Half of one is too much as well. */
function* forms(marker: string): Generator<readonly [form: string, text: string]> {
  const half = Math.ceil(marker.length / 2)
  yield ['first half', marker.slice(0, half)]
  yield ['second half', marker.slice(-half)]
  yield ['lower case', marker.toLowerCase()]
  yield ['hex', Buffer.from(marker).toString('hex')]
  yield ['reversed', [...marker].reverse().join('')]
  for (const encoding of ['base64', 'base64url'] as const)
    for (const before of ['', 'x', 'xx']) {
      // What stands before and behind it decides over the letters at the ends.
      const text = Buffer.from(before + marker).toString(encoding)
      yield [encoding, text.slice(before === '' ? 0 : 4, -4)]
    }
  yield ['percent-encoded', [...marker].map((char) => `%${char.charCodeAt(0).toString(16)}`).join('')]
}
