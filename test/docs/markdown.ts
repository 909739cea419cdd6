import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT } from './options-table.ts'

/** A fenced block of a Markdown text. */
export interface Block {
  readonly language: string
  readonly text: string
  /** The line above it, where a comment may say what it is. */
  readonly above: string
}

/** All Markdown of the repository, as paths below its root. */
export function markdownFiles(): string[] {
  return readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter(
    (path) => path.endsWith('.md') && !/(^|\/)(node_modules|dist|\.git)\//.test(path),
  )
}

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8')
}

/** The fenced blocks of a text in their order, those of one language when it is given. */
export function blocks(markdown: string, language?: string): Block[] {
  const found: Block[] = []
  let open: { language: string; above: string; lines: string[] } | undefined
  let above = ''
  for (const line of markdown.split('\n')) {
    if (open !== undefined && line === '```') {
      found.push({ language: open.language, above: open.above, text: open.lines.join('\n') })
      open = undefined
    } else if (open !== undefined) open.lines.push(line)
    else if (line.startsWith('```')) open = { language: line.slice(3), above, lines: [] }
    above = line
  }
  return found.filter((block) => language === undefined || block.language === language)
}

/** Where the links of a file lead that stay within the repository: paths below its root. */
export function links(path: string): string[] {
  const text = read(path)
    .replaceAll(/^```[\s\S]*?^```/gm, '')
    .replaceAll(/`[^`\n]*`/g, 'code')
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => (target.startsWith('#') ? `${path}${target}` : join(dirname(path), target)))
}

/** The anchors of the headings of a text, as GitHub makes them. */
export function anchors(markdown: string): string[] {
  return [...markdown.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}
