/** The part of `process.stdout` and `process.stderr` that is used, so that a test can stand in for them. */
export interface TextOutput {
  write(text: string): unknown
  readonly isTTY?: boolean
  /** Characters a line of the terminal holds. */
  readonly columns?: number
}
