/**
 * The candidate nearest to a name, or undefined when none is near: at most one change for short names, one in
 * three letters for longer ones. Case does not count.
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  // A name longer than any candidate by more than the bound cannot be near; this also bounds the work.
  if (name.length > 40) return undefined
  const wanted = name.toUpperCase()
  const bound = Math.max(1, Math.floor(wanted.length / 3))
  let best: string | undefined
  let least = bound + 1
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toUpperCase())
    if (distance < least) {
      least = distance
      best = candidate
    }
  }
  return best
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substitute, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
