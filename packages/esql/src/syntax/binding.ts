/** How tightly operators bind, loosest first. */
export const Binding = {
  any: 0,
  or: 1,
  and: 2,
  not: 3,
  predicate: 4,
  comparison: 5,
  sum: 6,
  product: 7,
  sign: 8,
  cast: 9,
} as const
