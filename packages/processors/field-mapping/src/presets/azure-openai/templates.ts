import type { JsonMap } from '../../json.ts'
import type { Slots } from './shape.ts'
import { learnTemplate, type Template } from './template.ts'

/** Shapes that are known by heart. A genuine stream has a handful. */
const MAX_TEMPLATES = 8
/** Genuine records have less than 3,000 characters; a longer text is parsed. */
const MAX_TEXT = 65_536

/** What detectors ask of every record. Each capture costs, so of all else only what turns out to be asked for. */
const WANTED = [
  'azure.open_ai.resource_id',
  'azure.open_ai.operation_name',
  'azure.open_ai.result_signature',
  'azure.open_ai.correlation_id',
  'azure.open_ai.properties.request_length',
  'azure.open_ai.properties.response_length',
]
const MAX_WANTED = 24
/** A record in four is parsed for this attribute: worth a capture. */
const PERIOD = 1024
const OFTEN = 256

/** The templates of the shapes that are met most. */
export class Templates {
  readonly #wanted = new Set(WANTED)
  #templates: Template[] = []
  #matches = 0
  #asked = new Map<string, number>()

  /** The template that matches a text and the match; `undefined` when there is none. */
  match(text: string): TemplateMatch | undefined {
    if (text.length > MAX_TEXT) return undefined
    const templates = this.#templates
    for (let at = 0; at < templates.length; at++) {
      const template = templates[at]
      const groups = template?.pattern.exec(text)
      if (template === undefined || groups === undefined || groups === null) continue
      this.#count(template, at)
      return { template, groups }
    }
    return undefined
  }

  /** Says that a text was parsed for the sake of one attribute that its template does not capture. */
  missed(name: string): void {
    const count = (this.#asked.get(name) ?? 0) + 1
    this.#asked.set(name, count)
    if (count < OFTEN || this.#wanted.has(name) || this.#wanted.size >= MAX_WANTED) return
    this.#wanted.add(name)
    // They are learnt again with it.
    this.#templates = []
  }

  /** Takes in the shape of a parsed record. When full, the one that was met least goes. */
  learn(text: string, top: JsonMap, properties: JsonMap, slots: Slots): void {
    if (text.length > MAX_TEXT) return
    const template = learnTemplate(text, top, properties, slots, this.#wanted)
    const known = this.#templates
    if (template === undefined) return
    if (known.some(({ pattern }) => pattern.source === template.pattern.source)) return
    if (known.length === MAX_TEMPLATES) {
      known.pop()
      for (const one of known) one.hits = 0
    }
    known.push(template)
  }

  #count(template: Template, at: number): void {
    template.hits++
    // The one that matches most comes first.
    const ahead = this.#templates[at - 1]
    if (ahead !== undefined && template.hits > ahead.hits) {
      this.#templates[at - 1] = template
      this.#templates[at] = ahead
    }
    if (++this.#matches < PERIOD) return
    this.#matches = 0
    this.#asked.clear()
  }
}

export interface TemplateMatch {
  readonly template: Template
  readonly groups: RegExpExecArray
}
