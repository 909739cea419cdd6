import { EsqlError, type EsqlErrorCode, type Span } from '../error.ts'
import type { Code, Evaluate } from './code.ts'
import { describeType, type Kind, kindOf } from './static-type.ts'

/**
 * How a field is read from a record. It is asked once for each distinct field, when compiling; what it returns is
 * called for every record and may return undefined for a field that is not there.
 */
export type Resolve<R> = (field: string) => (record: R) => unknown

/** What the compiler knows beside the tree. One per compilation. */
export interface Context<R> {
  readonly source: string
  /** The fields met so far, and how to read them, in the order of the source. */
  readonly fields: Map<string, Evaluate<R>>
  readonly resolve: Resolve<R>
}

/** How to read a field. */
export function accessor<R>(context: Context<R>, field: string): Evaluate<R> {
  const known = context.fields.get(field)
  if (known !== undefined) return known
  const read = context.resolve(field)
  context.fields.set(field, read)
  return read
}

/** An error at a place of the source. */
export function errorAt(
  context: { readonly source: string },
  code: EsqlErrorCode,
  span: Span,
  message: string,
  suggestion?: string,
): EsqlError {
  return new EsqlError(code, context.source, span, message, suggestion)
}

/** Refuses a value whose type is known and never fits. What is not known is decided for each record. */
export function expectKind<R>(
  context: Context<R>,
  code: Code<R>,
  span: Span,
  kinds: readonly Kind[],
  subject: string,
): void {
  const kind = kindOf(code.type)
  if (kind === undefined || kinds.includes(kind)) return
  const wanted = kinds.map(describeType).join(' or ')
  throw errorAt(context, 'type', span, `${subject} must be ${wanted}, this is ${describeType(code.type)}`)
}
