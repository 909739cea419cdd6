import { Composer, type CST, type Document, Lexer, type ParsedNode, Parser } from 'yaml'
import type { Report } from './diagnostics.ts'
import { beginning, type Place, type Source } from './source.ts'
import type { Tree } from './tree.ts'
import { yamlMistakes } from './yaml-errors.ts'
import { MAX_DEPTH, readTokens } from './yaml-tokens.ts'
import { toTree } from './yaml-tree.ts'

/** YAML 1.2, core schema. Duplicate and merge keys are left to {@link toTree}, which knows where they stand. */
const OPTIONS = {
  version: '1.2',
  schema: 'core',
  merge: false,
  uniqueKeys: false,
  prettyErrors: false,
} as const

/**
 * The tree of a YAML text; `undefined` when it holds none. What is wrong is reported; where a text could not
 * be parsed whole, its source is marked as broken.
 *
 * @param offset where in the source's text the YAML begins
 * @param ownKey the place of a value that is absent: `--set a.b=`
 */
export function parseYaml(source: Source, offset: number, report: Report, ownKey: Place): Tree | undefined {
  const text = source.text.slice(offset)
  const at = (start: number): Place => ({ source, start: offset + start, end: offset + start })
  const broken = (place: Place, message: string, suggestion?: string) => {
    source.broken = true
    report({ code: 'syntax', place, message, suggestion })
    return undefined
  }

  const { tokens, tooDeep } = tokenize(text)
  const facts = readTokens(tokens)
  if (tooDeep !== undefined || facts.tooDeep !== undefined)
    return broken(at(facts.tooDeep ?? tooDeep ?? 0), `this is nested deeper than ${MAX_DEPTH} levels`)
  const documents = [...new Composer(OPTIONS).compose(tokens, true, text.length)]
  const errors = documents.flatMap((document) => [...document.errors, ...document.warnings])
  for (const { offset: start, message, suggestion } of yamlMistakes(errors, facts, text))
    broken(at(start), message, suggestion)
  if (source.broken) return undefined

  const second = documents.slice(1).find(hasContent)
  if (second !== undefined) {
    const { contents } = second
    report({
      code: 'syntax',
      place: contents === null ? beginning(source) : at(markerBefore(text, contents.range[0])),
      message: 'a second YAML document begins here; a configuration is one',
      suggestion: 'put it into a file of its own, and name both',
    })
  }
  const first = documents[0]
  if (first === undefined || first.contents === null) return undefined
  return toTree(first.contents, source, offset, report, ownKey)
}

/** The tokens of a text; stops early in one that is nested beyond reason, which takes the parser long. */
function tokenize(text: string): { tokens: CST.Token[]; tooDeep?: number } {
  const parser = new Parser()
  const tokens: CST.Token[] = []
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme))
    // Its stack has at most two entries a level, and the document's.
    if (parser.stack.length > 2 * MAX_DEPTH + 2) return { tokens: [], tooDeep: parser.offset }
  }
  return { tokens: [...tokens, ...parser.end()] }
}

function hasContent(document: Document<ParsedNode>): boolean {
  const { contents } = document
  return contents !== null && contents.range[1] > contents.range[0]
}

/** Where the line stands that ends one document and begins the next. It holds no value that could be a secret. */
function markerBefore(text: string, offset: number): number {
  const before = text.slice(0, offset)
  return Math.max(before.lastIndexOf('\n---'), before.lastIndexOf('\n...')) + 1
}
