import type { YAMLError } from 'yaml'
import type { TokenFacts } from './yaml-tokens.ts'

/** One mistake for a person: where, what, and what to do. Its words come from here, never from the text. */
export interface YamlMistake {
  readonly offset: number
  readonly message: string
  readonly suggestion?: string
}

const MAX_MISTAKES = 20

const QUOTE_IT = 'put the value in quotes'

/** The parser's errors in an operator's words: one a line, and no echo of an error told already. */
export function yamlMistakes(errors: readonly YAMLError[], facts: TokenFacts, text: string): YamlMistake[] {
  const mistakes: YamlMistake[] = facts.unclosed.map(({ offset, bracket }) => ({
    offset,
    message: `this ${bracket} is never closed`,
  }))
  for (const error of errors) {
    // After the first, these are echoes: the parser has lost its place.
    if (
      mistakes.length > 0 &&
      (error.code === 'UNEXPECTED_TOKEN' || /^Flow (map|sequence)/.test(error.message))
    )
      continue
    mistakes.push(mistakeOf(error, facts, text))
  }
  const lines = new Set<number>()
  return mistakes
    .toSorted((a, b) => a.offset - b.offset)
    .filter(({ offset }) => {
      const line = text.lastIndexOf('\n', offset - 1)
      return !lines.has(line) && lines.add(line)
    })
    .slice(0, MAX_MISTAKES)
}

function mistakeOf(error: YAMLError, facts: TokenFacts, text: string): YamlMistake {
  const offset = error.pos[0]
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return { offset, message: 'a tab cannot indent YAML', suggestion: 'use spaces' }
    case 'MISSING_CHAR':
      return missing(error, facts)
    case 'BAD_INDENT':
      return {
        offset: skipSpaces(text, offset),
        message: 'this line is not indented like the ones it belongs to',
        suggestion: 'begin all keys of one map in the same column',
      }
    case 'BLOCK_AS_IMPLICIT_KEY':
      return { offset, message: 'a second ": " in one line', suggestion: QUOTE_IT }
    case 'BAD_SCALAR_START':
      return { offset, message: 'a value that begins with @, ` or % must be in quotes', suggestion: QUOTE_IT }
    case 'UNEXPECTED_TOKEN':
      if (text.startsWith('${', offset - 1)) {
        const message = 'a reference within { } or [ ] must be in quotes'
        return { offset: offset - 1, message, suggestion: `write "\${env:NAME}"` }
      }
      return { offset, message: 'this does not belong here', suggestion: QUOTE_IT }
    case 'BAD_DIRECTIVE':
      return { offset, message: 'a line that begins with % is a directive, and there is none of this name' }
    case 'MULTILINE_IMPLICIT_KEY':
      return {
        offset,
        message: 'no ": " behind this key',
        suggestion: 'write "key: value", with a space behind the colon',
      }
    case 'BAD_DQ_ESCAPE':
      return {
        offset,
        message: 'no such escape in a double-quoted string',
        suggestion: 'write the backslash twice, or use single quotes',
      }
    case 'TAG_RESOLVE_FAILED':
      return {
        offset,
        message: 'this tag cannot be used in a configuration',
        suggestion: 'leave the tag out',
      }
    case 'RESOURCE_EXHAUSTION':
      return { offset, message: 'this is nested too deeply' }
    case 'BAD_ALIAS':
      return { offset, message: 'this is no alias or anchor', suggestion: QUOTE_IT }
    default:
      // The parser's sentences for the rest name no part of the text.
      return { offset, message: error.message }
  }
}

function missing(error: YAMLError, facts: TokenFacts): YamlMistake {
  const offset = error.pos[0]
  const opening = facts.quoted.get(offset)
  if (opening !== undefined) return { offset: opening, message: 'this quote is never closed' }
  if (/map keys? need/.test(error.message))
    return { offset, message: 'no ":" behind this key', suggestion: 'write "key: value"' }
  return { offset, message: error.message }
}

function skipSpaces(text: string, offset: number): number {
  let index = offset
  while (text[index] === ' ') index++
  return index
}
