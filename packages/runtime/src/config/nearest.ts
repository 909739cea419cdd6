/** Names longer than this are compared no further: nobody mistypes them. */
const MAX_LENGTH = 64

/**
 * The candidate that a mistyped name most likely means; `undefined` when none is near.
 *
 * @example
 * ```ts
 * nearest('folow', ['follow', 'include']) // 'follow'
 * ```
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > MAX_LENGTH) return undefined
  let best: string | undefined
  let least = Math.max(1, Math.floor(name.length / 3)) + 1
  for (const candidate of candidates) {
    const distance = distanceOf(name, candidate, least)
    if (distance >= least) continue
    best = candidate
    least = distance
  }
  return best
}

function distanceOf(name: string, candidate: string, limit: number): number {
  if (bare(name) === bare(candidate)) return 0
  const distance = editDistance(name, candidate, limit)
  const isPrefix = name.length >= 3 && (candidate.startsWith(name) || name.startsWith(candidate))
  return isPrefix && candidate.length >= 3 ? Math.min(distance, 1.5) : distance
}

/** `startAt`, `start-at` and `START_AT` all mean `start_at`. */
function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[-_ ]/g, '')
}

/**
 * How many letters must be added, removed, changed or swapped with their neighbour (optimal string
 * alignment); `limit` where it is not less than that.
 */
export function editDistance(from: string, to: string, limit: number = MAX_LENGTH): number {
  if (to.length > MAX_LENGTH || Math.abs(from.length - to.length) >= limit) return limit
  let beforeLast: number[] = []
  let last = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1]
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1))
      if (i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1])
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1)
      row.push(cost)
    }
    beforeLast = last
    last = row
  }
  return Math.min(last[to.length] ?? limit, limit)
}
