/**
 * What an expression may not exceed. A condition is written by an operator, but it may come from a generated
 * file or a form; with these bounds no text can overflow the stack or hold the process up.
 */
export const limits = {
  /** Length of the source, in UTF-16 code units. */
  sourceLength: 64 * 1024,
  /** How deep one node may lie under another, parentheses included. `AND` and `OR` chains count once. */
  depth: 200,
  /** Items of one list: `IN (…)`, `LIKE (…)`, `[…]`, the arguments of a call, the terms of one `AND` or `OR`. */
  listItems: 4096,
  /** Length of one `LIKE` pattern, in UTF-16 code units. */
  patternLength: 1024,
} as const
