import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

// What would be published, looked at as its users will: run after `npm run build`.
const root = path.resolve(import.meta.dirname, '../..')
const workspace = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
const patterns: string[] = workspace.workspaces.filter((pattern: string) => pattern.startsWith('packages/'))
let problems = 0

for (const folder of globSync(patterns, { cwd: root })) {
  const manifest = JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'))
  const { messages } = await publint({ pkgDir: path.join(root, folder), strict: true })
  for (const message of messages) {
    process.stderr.write(`${manifest.name}: ${formatMessage(message, manifest)}\n`)
    problems++
  }
}
process.stdout.write(problems === 0 ? 'every package can be published\n' : '')
process.exitCode = problems === 0 ? 0 : 1
