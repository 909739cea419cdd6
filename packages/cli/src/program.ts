import { Command, Option } from 'commander'
import type { ComponentsOptions } from './commands/components.ts'
import type { RunOptions } from './commands/run.ts'
import type { ClearOptions, StateOptions } from './commands/state.ts'
import type { ConfigOptions } from './config-options.ts'
import { readVersion } from './version.ts'

/** Everything that can be said behind `lacuna`. What a command does is loaded only when it is given. */
export function createProgram(): Command {
  const program = new Command('lacuna')
    .description('Watches the telemetry of language models for answers that should have words and have none.')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand('help [command]', 'show the help of a command')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(oneSentence(text)) })
    .addHelpText('after', EXAMPLES)

  withConfig(program.command('run'))
    .description('Run the pipelines of a configuration until their input ends, or until a signal.')
    .addOption(new Option('--summary <file>', 'write the accounting of the run to this file, as JSON'))
    .addHelpText('after', RUN_EXAMPLES)
    .action(async (options: RunOptions) => {
      const { run } = await import('./commands/run.ts')
      process.exitCode = await run(options)
    })

  withConfig(program.command('validate'))
    .description('Check a configuration and tell every mistake in it; nothing is read or sent.')
    .addHelpText('after', VALIDATE_EXAMPLES)
    .action(async (options: ConfigOptions) => {
      const { validate } = await import('./commands/validate.ts')
      await validate(options, process.stdout, process.stderr)
    })

  program
    .command('components')
    .description('Show what a configuration can use, or the options of one component.')
    .argument('[type]', 'a type such as file')
    // Not `<path...>`: that would take the type for one more plugin.
    .option('--plugin <path>', 'a module with more components (may be given again)', append)
    .option('--json-schema', 'print the JSON Schema of a configuration, for editors')
    .addHelpText('after', COMPONENTS_EXAMPLES)
    .action(async (type: string | undefined, options: ComponentsOptions) => {
      const { showComponents } = await import('./commands/components.ts')
      await showComponents(type, options, process.stdout)
    })

  addState(program)
  return program
}

function addState(program: Command): void {
  const state = program
    .command('state')
    .description('Look at what the storage extension has saved, or remove it.')
    .addHelpText('after', STATE_EXAMPLES)

  withDirectory(state.command('inspect'))
    .description('Show what is saved: the positions of the receivers, and how much of what.')
    .action(async (options: StateOptions) => {
      const { inspectState } = await import('./commands/state.ts')
      await inspectState(options, process.stdout)
    })

  withDirectory(state.command('export'))
    .description('Write all that is saved to standard output, one JSON object a line.')
    .action(async (options: StateOptions) => {
      const { exportState } = await import('./commands/state.ts')
      await exportState(options, process.stdout)
    })

  withDirectory(state.command('clear'))
    .description('Remove all that is saved. The next run starts as the first one did.')
    .option('-y, --yes', 'do not ask')
    .action(async (options: ClearOptions) => {
      const { clearSaved } = await import('./commands/state.ts')
      await clearSaved(options, process.stdin, process.stdout, process.stderr)
    })
}

function withDirectory(command: Command): Command {
  return command.requiredOption(
    '-d, --directory <path>',
    'the `directory` of the storage extension in the configuration',
  )
}

function withConfig(command: Command): Command {
  return (
    command
      // Not a required option: commander would say that it is missing before it says that it is mistyped.
      .option('-c, --config <file...>', 'YAML files, merged in this order')
      .option('--set <key=value...>', 'override one value: receivers.file.include=[a.ndjson]')
      .option('--plugin <path...>', 'TypeScript or JavaScript modules with more components')
  )
}

function append(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value]
}

/** `error: unknown option '--confg'\n(Did you mean --config?)` as one sentence on one line. */
export function oneSentence(text: string): string {
  const [message = '', ...rest] = text
    .replace(/^error: /, '')
    .trim()
    .split('\n')
  const hint = /^\(Did you mean (.+)\?\)$/.exec(rest.join(' '))?.[1]
  return `lacuna: ${message}${hint === undefined ? '' : `, did you mean ${hint}?`}\n`
}

const EXAMPLES = `
Examples:
  lacuna run --config lacuna.yaml
  lacuna validate --config lacuna.yaml
  lacuna components zero_length_response

Exit codes:
  0  fine    1  failed while running    2  wrong usage or configuration`

const RUN_EXAMPLES = `
Examples:
  lacuna run --config lacuna.yaml
  lacuna run --config base.yaml --config production.yaml --set exporters.stdout.format=json
  lacuna run --config lacuna.yaml --plugin ./office-hours.ts --summary summary.json
  zcat day.ndjson.gz | lacuna run --config lacuna.yaml --set 'receivers.file.include="-"'

The first SIGINT or SIGTERM stops reading and delivers what was read, within 30 seconds; a second one ends
at once. Standard output holds what exporters write, and nothing else.`

const VALIDATE_EXAMPLES = `
Examples:
  lacuna validate --config lacuna.yaml
  lacuna validate --config base.yaml --config production.yaml --set processors.zero_length_response.threshold=5`

const STATE_EXAMPLES = `
Examples:
  lacuna state inspect --directory ./state
  lacuna state export --directory ./state > state.ndjson
  lacuna state clear --directory ./state --yes

inspect and export may be used while Lacuna runs; clear refuses then.`

const COMPONENTS_EXAMPLES = `
Examples:
  lacuna components
  lacuna components file
  lacuna components office_hours --plugin ./office-hours.ts
  lacuna components --json-schema > lacuna.schema.json`
