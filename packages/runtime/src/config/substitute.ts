import { resolve } from 'node:path'
import type { Report } from './diagnostics.ts'
import { parseTemplate, type Reference, type Template, TemplateError } from './interpolate.ts'
import { nearest } from './nearest.ts'
import { readText } from './read.ts'
import { placeWithin } from './source.ts'
import type { Entry, ScalarNode, Tree } from './tree.ts'
import { quote, visible } from './visible.ts'

/** Mistakes told of one value. */
const MAX_MISTAKES = 20

/** Where the values of `${...}` come from. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  /** What the paths of `${file:}` are relative to. */
  readonly cwd: string
}

/** The tree with its references replaced. What comes in is text and not looked through again. */
export function substitute(tree: Tree, surroundings: Surroundings, report: Report): Tree {
  const done = new Map<Tree, Tree>()
  const visit = (node: Tree): Tree => {
    const before = done.get(node)
    if (before !== undefined) return before
    const after = replace(node)
    // An alias shares its anchor's tree: that is replaced, and reported on, once.
    done.set(node, after)
    return after
  }
  const replace = (node: Tree): Tree => {
    if (node.kind === 'list') return { ...node, items: node.items.map(visit) }
    if (node.kind === 'scalar') return substituteScalar(node, surroundings, report)
    const entries = new Map<string, Entry>()
    for (const [key, entry] of node.entries) entries.set(key, { ...entry, value: visit(entry.value) })
    return { ...node, entries }
  }
  return visit(tree)
}

function substituteScalar(node: ScalarNode, surroundings: Surroundings, report: Report): ScalarNode {
  const { value } = node
  if (typeof value !== 'string' || !value.includes('$')) return node
  const context: Context = { ...surroundings, substituted: [], mistakes: [] }
  const text = render(value, context)
  for (const { message, start, end, suggestion } of context.mistakes.slice(0, MAX_MISTAKES)) {
    const place = placeWithin(node.place, value, start, end - start)
    report({ code: 'reference', place, message, suggestion })
  }
  if (context.mistakes.length > 0) return { ...node, value: '', failed: true }
  const { substituted } = context
  return substituted.length === 0 ? { ...node, value: text } : { ...node, value: text, substituted }
}

interface Context extends Surroundings {
  readonly substituted: string[]
  readonly mistakes: TemplateError[]
}

function render(value: string, context: Context): string {
  try {
    return fill(parseTemplate(value), context)
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error
    context.mistakes.push(error)
    return ''
  }
}

function fill(template: Template, context: Context): string {
  let text = ''
  for (const part of template) {
    if (typeof part === 'string') text += part
    else text += part.scheme === 'env' ? fromEnv(part, context) : fromFile(part, context)
  }
  return text
}

function fromEnv(reference: Reference, context: Context): string {
  const { name: template, fallback, start, end } = reference
  const name = plainName(template)
  const fail = (message: string, suggestion?: string) => {
    context.mistakes.push(new TemplateError(message, start, end, suggestion))
    return ''
  }
  if (name === undefined || !/^[A-Za-z_]\w*$/.test(name))
    return fail('this is no name of an environment variable')
  const value = Object.hasOwn(context.env, name) ? context.env[name] : undefined
  if (value !== undefined && (value !== '' || fallback === undefined)) return taken(value, context)
  if (fallback !== undefined) return taken(fill(fallback, context), context)
  const near = nearest(name, Object.keys(context.env))
  const suggestion =
    near === undefined ? `set it, or write \${env:${name}:-default}` : `did you mean ${quote(near)}?`
  return fail(`the environment variable ${quote(name)} is not set`, suggestion)
}

function fromFile(reference: Reference, context: Context): string {
  const { name: template, start, end } = reference
  const fail = (message: string) => {
    context.mistakes.push(new TemplateError(message, start, end))
    return ''
  }
  const before = context.mistakes.length
  const path = fill(template, context)
  if (context.mistakes.length > before) return ''
  if (path === '') return fail(`\${file:} wants a path`)
  const read = readText(resolve(context.cwd, path))
  // A path that a variable is part of is not told: its value is nobody's business.
  const shown = plainName(template) === undefined ? 'the file' : `the file ${quote(path)}`
  if ('error' in read) return fail(`${shown}: ${visible(read.error)}`)
  return taken(read.text.replace(/\r?\n$/, ''), context)
}

function taken(value: string, context: Context): string {
  context.substituted.push(value)
  return value
}

function plainName(template: Template): string | undefined {
  const [only, ...more] = template
  return typeof only === 'string' && more.length === 0 ? only : undefined
}
