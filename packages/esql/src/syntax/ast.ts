import type { Span } from '../error.ts'

/**
 * The syntax tree of an expression. Every node carries the place it was written at: `start` inclusive, `end`
 * exclusive, in UTF-16 code units from 0. Parentheses and comments leave no node.
 */
export type Expr =
  | LiteralExpr
  | ListExpr
  | FieldExpr
  | LogicalExpr
  | NotExpr
  | ComparisonExpr
  | ArithmeticExpr
  | NegateExpr
  | InExpr
  | LikeExpr
  | IsNullExpr
  | CastExpr
  | CallExpr

/** The type of a literal as it is written: `3` is an integer, `3000000000` a long, `3.0` a double. */
export type LiteralType = 'integer' | 'long' | 'double' | 'string' | 'boolean' | 'null'

/** `3`, `3.5`, `"text"`, `true`, `null`. An integer beyond 2^53 is a bigint. A sign belongs to its number. */
export interface LiteralExpr extends Span {
  readonly kind: 'literal'
  readonly type: LiteralType
  readonly value: string | number | bigint | boolean | null
}

/** `["a", "b"]`: a multi-value of literals, all of one kind. */
export interface ListExpr extends Span {
  readonly kind: 'list'
  readonly items: readonly LiteralExpr[]
}

/** A field by its name: `` a.`b-c`.d `` has the parts `a`, `b-c`, `d` and the name `a.b-c.d`. */
export interface FieldExpr extends Span {
  readonly kind: 'field'
  readonly name: string
  readonly parts: readonly string[]
}

/** A chain of one operator: `a AND b AND c` is one node with three operands. */
export interface LogicalExpr extends Span {
  readonly kind: 'logical'
  readonly operator: 'AND' | 'OR'
  readonly operands: readonly Expr[]
}

/** `NOT a` */
export interface NotExpr extends Span {
  readonly kind: 'not'
  readonly operand: Expr
}

/** How two values are compared. */
export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>='

/** `a == b` */
export interface ComparisonExpr extends Span {
  readonly kind: 'comparison'
  readonly operator: ComparisonOperator
  readonly left: Expr
  readonly right: Expr
}

/** What is done with two numbers. */
export type ArithmeticOperator = '+' | '-' | '*' | '/' | '%'

/** `a + b` */
export interface ArithmeticExpr extends Span {
  readonly kind: 'arithmetic'
  readonly operator: ArithmeticOperator
  readonly left: Expr
  readonly right: Expr
}

/** `-a`, where `a` is not a literal. */
export interface NegateExpr extends Span {
  readonly kind: 'negate'
  readonly operand: Expr
}

/** `a IN (b, c)`, `a NOT IN (b, c)` */
export interface InExpr extends Span {
  readonly kind: 'in'
  readonly operand: Expr
  readonly items: readonly Expr[]
  readonly negated: boolean
}

/** `a LIKE "x*"`, `a NOT LIKE ("x*", "y?")` */
export interface LikeExpr extends Span {
  readonly kind: 'like'
  readonly operand: Expr
  readonly patterns: readonly LiteralExpr[]
  readonly negated: boolean
}

/** `a IS NULL`, `a IS NOT NULL` */
export interface IsNullExpr extends Span {
  readonly kind: 'is_null'
  readonly operand: Expr
  readonly negated: boolean
}

/** What `::` converts to. */
export type CastType = 'integer' | 'long' | 'double' | 'string' | 'boolean' | 'ip' | 'datetime'

/** `a::long`. The type is the canonical one: `a::int` has the type `integer`. */
export interface CastExpr extends Span {
  readonly kind: 'cast'
  readonly operand: Expr
  readonly type: CastType
}

/** `TO_LOWER(a)`. The name is as written; `nameSpan` is its place. */
export interface CallExpr extends Span {
  readonly kind: 'call'
  readonly name: string
  readonly nameSpan: Span
  readonly args: readonly Expr[]
}
