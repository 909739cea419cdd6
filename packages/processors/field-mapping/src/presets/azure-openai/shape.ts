import { intern } from '../../intern.ts'
import { DERIVED, type Derive } from './derived.ts'
import type { FieldKind } from './field-name.ts'
import { ANY, fieldKind, gatewayName, snakeCase, topKind } from './field-name.ts'

/** Longest key that is mapped. */
export const MAX_KEY = 256
/** Fields of one object up to which its shape is remembered. A genuine record has about 25. */
const MAX_SHAPE = 128
/** Nodes of all shapes together. A shape that shares nothing with others has about 25. */
const MAX_NODES = 16_384
/** What the attribute names of one shape count for, so that no more than some 250 shapes are held. */
const NODES_PER_SHAPE = 64

/** Records of unknown shape that a full tree turns away before it forgets all it knows. */
const RESTART_AFTER = 10_000
/** Learning a template costs as much as parsing some hundred records. */
const LEARN_AFTER = 64

export const PREFIX = 'azure.open_ai.'
export const PROPERTIES_PREFIX = 'azure.open_ai.properties.'

/** Where the value of an attribute is found. */
export interface Slot {
  readonly place: 'top' | 'properties' | 'derived'
  /** The key in the JSON object. */
  readonly key: string
  readonly kind: FieldKind
  readonly derive: Derive | undefined
}

/** All attributes that records of one shape may have, by name. The names are interned. */
export type Slots = ReadonlyMap<string, Slot>

const DERIVED_SLOTS: [string, Slot][] = [...DERIVED].map(([name, derive]) => [
  intern(name),
  { place: 'derived', key: '', kind: ANY, derive },
])

/**
 * One key of an object, after the keys before it. JSON objects of one kind have nearly always the same keys in
 * the same order, so following this tree costs one comparison of identical strings per key, and every key of
 * every record is looked at: one that was never seen before is found.
 */
class ShapeNode {
  readonly kind: FieldKind
  /** The key that came after this one first, and where it leads: nearly always the right one. */
  firstKey: string | undefined = undefined
  first: ShapeNode | undefined = undefined
  readonly #key: string
  readonly #parent: ShapeNode | undefined
  readonly #depth: number
  readonly #tree: ShapeTree
  /** `plain` and `gateway` for `properties` after a top level, `top` for the top level itself. */
  readonly #level: Level
  #others: Map<string, ShapeNode> | undefined = undefined
  #plain: ShapeNode | undefined = undefined
  #gateway: ShapeNode | undefined = undefined
  #slots: Slots | undefined = undefined
  #records = 0

  constructor(tree: ShapeTree, level: Level, parent?: ShapeNode, key = '') {
    this.#tree = tree
    this.#level = level
    this.#parent = parent
    this.#key = key
    this.#depth = parent !== undefined && parent.#level === level ? parent.#depth + 1 : 0
    this.kind = level === 'top' ? topKind(snakeCase(key)) : fieldKind(this.#name())
  }

  /** The node of the next key; `undefined` when this object is not to be remembered. */
  next(key: string): ShapeNode | undefined {
    if (this.firstKey === key) return this.first
    return this.#others?.get(key) ?? this.#grow(key)
  }

  /** Where the keys of `properties` begin, for records whose top level ends here. */
  properties(gateway: boolean): ShapeNode {
    if (gateway) {
      this.#gateway ??= new ShapeNode(this.#tree, 'gateway', this)
      return this.#gateway
    }
    this.#plain ??= new ShapeNode(this.#tree, 'plain', this)
    return this.#plain
  }

  /** Whether enough records ended here since the last time that their template is worth learning. */
  isDue(): boolean {
    this.#records++
    if (this.#records < LEARN_AFTER) return false
    this.#records = 0
    return true
  }

  /** The attributes of records whose `properties` end here; `undefined` when there is no room for them. */
  get slots(): Slots | undefined {
    if (this.#slots === undefined && this.#tree.admit(NODES_PER_SHAPE)) this.#slots = this.#makeSlots()
    return this.#slots
  }

  #grow(key: string): ShapeNode | undefined {
    if (this.#depth >= MAX_SHAPE || key.length > MAX_KEY || !this.#tree.admit(1)) return undefined
    const node = new ShapeNode(this.#tree, this.#level, this, key)
    if (this.firstKey === undefined) {
      this.firstKey = key
      this.first = node
    } else {
      this.#others ??= new Map()
      this.#others.set(key, node)
    }
    return node
  }

  #name(): string {
    const name = snakeCase(this.#key)
    return this.#level === 'gateway' ? gatewayName(name) : name
  }

  #makeSlots(): Slots {
    const path: ShapeNode[] = []
    for (let node: ShapeNode | undefined = this; node !== undefined; node = node.#parent) path.push(node)
    const slots = new Map<string, Slot>(DERIVED_SLOTS)
    for (const node of path.reverse()) {
      // A root stands for no key.
      if (node.#depth === 0) continue
      const top = node.#level === 'top'
      slots.set(intern((top ? PREFIX : PROPERTIES_PREFIX) + node.#name()), {
        place: top ? 'top' : 'properties',
        key: node.#key,
        kind: node.kind,
        derive: undefined,
      })
    }
    return slots
  }
}

type Level = 'top' | 'plain' | 'gateway'

/** All shapes that were met, as a tree of keys. */
export class ShapeTree {
  root = new ShapeNode(this, 'top')
  #nodes = 0
  #refused = 0

  /**
   * Whether there is room for that many more nodes. A full tree serves the shapes that it has; after a while it
   * starts anew. So a stream in which every record has another shape makes few that are never met again.
   */
  admit(nodes: number): boolean {
    if (this.#nodes + nodes <= MAX_NODES) {
      this.#nodes += nodes
      return true
    }
    if (++this.#refused >= RESTART_AFTER) {
      this.#refused = 0
      this.#nodes = 0
      this.root = new ShapeNode(this, 'top')
    }
    return false
  }
}
