import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'

// The figures of the README, each a ratio within one run: `npm run bench`, or `npm run bench -- otlp latency` for some
// of them. It builds the packages first, because what is measured is what would be published. All take some
// twenty minutes.

const ALL = ['file-to-alert', 'kafka-to-alert', 'kafka-idle', 'otlp', 'latency', 'dead-exporter']

const root = path.resolve(import.meta.dirname, '../..')
const scripts = (process.argv.length > 2 ? process.argv.slice(2) : ALL).map((name) => ({
  name,
  file: path.join(import.meta.dirname, `${name}.ts`),
}))
const unknown = scripts.find(({ file }) => !existsSync(file))
if (unknown !== undefined) throw new Error(`there is no ${unknown.name} among ${ALL.join(', ')}`)

function run(command: string, args: readonly string[]): void {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' })
  if (status !== 0) throw new Error(`${path.basename(args.at(-1) ?? command)} ended with ${status}`)
}

run('npm', ['run', '--silent', 'build'])
for (const { name, file } of scripts) {
  process.stdout.write(`\n== ${name}\n`)
  run(process.execPath, ['--conditions=source', file])
}
