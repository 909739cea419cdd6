import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { components } from '../../packages/cli/src/components.ts'
import { loadAll, optionRows } from '../../packages/runtime/src/index.ts'
import type { ComponentFactory } from '../../packages/sdk/src/index.ts'

/*
 * The options in a component's README come from its schema: a test compares them, and
 * `node --conditions=source test/docs/options-table.ts packages/exporters/stdout/README.md` writes them anew.
 * It touches only the files that it is given.
 */

export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

const OPEN = '<!-- options -->'
const CLOSE = '<!-- /options -->'
// A default of this length is told in the README's own words.
const LONGEST_DEFAULT = 200

/** A row of the table, in Markdown. */
export interface Row {
  readonly key: string
  readonly default: string
  readonly what: string
}

/** Every built-in component with the path of its README: its type in kebab-case, below its kind. */
export async function documented(): Promise<{ factory: ComponentFactory; readme: string }[]> {
  const factories = await loadAll(components)
  return factories.map((factory) => ({
    factory,
    readme: `packages/${factory.kind}s/${factory.type.replaceAll('_', '-')}/README.md`,
  }))
}

/**
 * What the table must say. Where the schema has no default, or none that fits a cell, the README's own words stand
 * (`as it is`, `half of the threshold`).
 */
export function wantedRows(factory: ComponentFactory, written: readonly Row[]): Row[] {
  const own = new Map(written.map((row) => [plain(row.key), row.default]))
  return optionRows(factory.config).map(({ path, default: given, description }) => ({
    key: `\`${path}\``,
    default:
      given === undefined || given === '{}' || given.length > LONGEST_DEFAULT
        ? (own.get(path) ?? '')
        : `\`${given}\``,
    what: description,
  }))
}

/** The rows between the markers of a README. */
export function writtenRows(markdown: string): Row[] {
  const [head = '', , ...lines] = between(markdown)
    .split('\n')
    .filter((line) => line.startsWith('|'))
  if (cells(head).join() !== 'key,default,what') throw new Error('the columns are not key, default and what')
  return lines.map((line) => {
    const [key = '', given = '', what = ''] = cells(line)
    return { key, default: given, what }
  })
}

/** A row as it is compared: no back-quotes, and without what repeats other columns, or the types, in passing. */
export function comparable({ key, default: given, what }: Row): Row {
  const said = what
    .replaceAll(/ \([^)]*\)/g, '')
    .replace(/ Default: .*$/, '')
    .replace(/ [^.]* by default\.$/, '')
  return { key: plain(key), default: plain(given), what: plain(said) }
}

/** The README with its table made anew. */
export function withTable(markdown: string, factory: ComponentFactory): string {
  const rows = wantedRows(factory, writtenRows(markdown))
  const lines = rows.map((row) => `| ${[row.key, row.default, row.what].map(escaped).join(' | ')} |`)
  const table = ['| key | default | what |', '| --- | --- | --- |', ...lines].join('\n')
  return markdown.replace(between(markdown), () => `\n\n${table}\n\n`)
}

function between(markdown: string): string {
  const start = markdown.indexOf(OPEN)
  const end = markdown.indexOf(CLOSE)
  if (start < 0 || end < start) throw new Error(`there is no ${OPEN} with a ${CLOSE} behind it`)
  return markdown.slice(start + OPEN.length, end)
}

function cells(line: string): string[] {
  return line
    .replaceAll('\\|', '\0')
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.replaceAll('\0', '|').trim())
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|')
}

function plain(text: string): string {
  return text.replaceAll('`', '')
}

async function rewrite(paths: readonly string[]): Promise<void> {
  const known = await documented()
  for (const path of paths) {
    const found = known.find(({ readme }) => resolve(ROOT, readme) === resolve(path))
    if (found === undefined) throw new Error(`${path} is not the README of a built-in component`)
    writeFileSync(path, withTable(readFileSync(path, 'utf8'), found.factory))
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await rewrite(process.argv.slice(2))
