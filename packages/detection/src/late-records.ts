/** Sources whose late records are counted by name; those of others are counted together. */
const MOST_SOURCES = 1000

/** Under this name the late records of further sources are counted. */
const OTHERS = 'other sources'

/** Counts late records by source. A source that is gone keeps its count. */
export class LateRecords {
  readonly #bySource = new Map<string, number>()

  get bySource(): ReadonlyMap<string, number> {
    return this.#bySource
  }

  note(source: string): void {
    const name = this.#bySource.has(source) || this.#bySource.size < MOST_SOURCES ? source : OTHERS
    this.#bySource.set(name, (this.#bySource.get(name) ?? 0) + 1)
  }
}
