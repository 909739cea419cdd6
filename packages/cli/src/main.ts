import { type Command, CommanderError } from 'commander'
import { FINE, USAGE } from './exit-code.ts'
import { describeFailure } from './failure.ts'
import { createProgram } from './program.ts'

/**
 * Runs the `lacuna` command and ends the process with its exit code.
 *
 * @param args what stands behind the command's name
 */
export async function main(args: readonly string[]): Promise<void> {
  const { stdout, stderr } = process
  // A reader that goes away is no failure, and nobody is left to tell. An exporter hears of it by itself.
  stdout.on('error', () => {})
  stderr.on('error', () => {})
  for (const event of ['uncaughtException', 'unhandledRejection'] as const)
    process.on(event, (error) => void end(fail(error)))
  await end(await runCommand(createProgram(), args))
}

async function runCommand(program: Command, args: readonly string[]): Promise<number> {
  let exitCode = FINE
  program.hook('postAction', () => {
    exitCode = Number(process.exitCode ?? FINE)
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    // It has been said already; what asked for help or the version has what it wanted.
    if (error instanceof CommanderError) return error.exitCode === 0 ? FINE : USAGE
    return fail(error)
  }
}

function fail(error: unknown): number {
  const { text, exitCode } = describeFailure(error, Boolean(process.env.LACUNA_DEBUG))
  process.stderr.write(text)
  return exitCode
}

/** Nothing that a plugin left open keeps the process; what was written to standard error is waited for. */
async function end(exitCode: number): Promise<void> {
  if (process.stderr.writable) await new Promise((resolve) => process.stderr.write('', resolve))
  process.exit(exitCode)
}
