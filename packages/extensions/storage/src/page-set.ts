/** One bit for each page of a file. */
export interface PageSet {
  has(page: number): boolean
  add(page: number): void
}

export function createPageSet(pages: number): PageSet {
  const bits = new Uint8Array((pages >> 3) + 1)
  return {
    has: (page) => ((bits[page >> 3] ?? 0) & (1 << (page & 7))) !== 0,
    add: (page) => {
      bits[page >> 3] = (bits[page >> 3] ?? 0) | (1 << (page & 7))
    },
  }
}
