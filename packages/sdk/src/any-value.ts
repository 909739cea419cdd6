/**
 * A value of an attribute or a body: OpenTelemetry's `AnyValue`, with `bigint` for integers beyond 2^53.
 *
 * Every other number is a `number`. `undefined` never stands inside a value: what is missing is left out.
 */
export type AnyValue =
  | string
  | boolean
  | number
  | bigint
  | Uint8Array
  | null
  | AnyValue[]
  | { [key: string]: AnyValue }

/** Attributes by name. A dotted name (`azure.resource.name`) is one key, not a path. */
export type Attributes = Record<string, AnyValue>

/**
 * Attributes that are worked out when asked for, one at a time: what lets a detector read three fields of a
 * record without thirty being built.
 *
 * @example
 * ```ts
 * const view: AttributeView = { get: name => (name === 'a' ? 1 : undefined), all: () => ({ a: 1 }) }
 * ```
 */
export interface AttributeView {
  /** The value under this name, `undefined` when there is none. Must agree with {@link AttributeView.all}. */
  get(name: string): AnyValue | undefined
  /** All attributes, as a new object that the caller owns. */
  all(): Attributes
  /**
   * About how many bytes they and their names take when they are sent, where that is known without building
   * them: what a sending queue weighs a record by. Without it the object is built for that.
   */
  readonly size?: number
}
