/** Something on the command line that cannot be: its message is one sentence for whoever typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
