import assert from 'node:assert/strict'
import { z } from 'zod'
import type { ComponentFactory } from '../../component.ts'
import { API_VERSION } from '../../component.ts'
import type { Check } from './check.ts'

/** What every factory keeps to, whatever it makes. */
export function factoryChecks(
  factory: ComponentFactory,
  kind: ComponentFactory['kind'],
  config: () => unknown | Promise<unknown>,
): Check[] {
  return [
    {
      name: `is a ${kind} of the current API version with a lower_snake_case type and a description`,
      async run() {
        assert.equal(factory.apiVersion, API_VERSION, 'apiVersion')
        assert.equal(factory.kind, kind, 'kind')
        assert.match(factory.type, /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/, 'type must be lower_snake_case')
        assert.match(factory.description, /\S \S.*\.$/s, 'description must be a sentence')
      },
    },
    {
      name: 'describes every option',
      async run() {
        const schema = z.toJSONSchema(factory.config, { io: 'input', unrepresentable: 'any' })
        const missing = undescribed(schema, '')
        assert.deepEqual(missing, [], `options without a description: ${missing.join(', ')}`)
      },
    },
    {
      name: 'accepts its sample configuration and refuses an unknown option',
      async run() {
        const sample = await config()
        const accepted = factory.config.safeParse(sample)
        assert.ok(accepted.success, `the sample configuration was refused: ${accepted.error?.message}`)
        const unknown = { ...(sample as object), surely_no_option_of_this_name: 1 }
        assert.equal(factory.config.safeParse(unknown).success, false, 'an unknown option was accepted')
      },
    },
  ]
}

type JsonObject = { readonly [key: string]: unknown }

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null

/** What in a JSON Schema holds values, not schemas. */
const VALUES = new Set(['default', 'enum', 'const', 'examples', 'required'])

/** Paths of all properties without a description, also those inside lists, unions and definitions. */
function undescribed(schema: JsonObject, path: string): string[] {
  const missing: string[] = []
  for (const [keyword, inner] of Object.entries(schema)) {
    if (!isObject(inner) || VALUES.has(keyword)) continue
    if (keyword === 'properties') {
      for (const [name, property] of Object.entries(inner)) {
        if (!isObject(property)) continue
        const here = path === '' ? name : `${path}.${name}`
        if (!property.description) missing.push(here)
        missing.push(...undescribed(property, here))
      }
    } else {
      for (const part of Array.isArray(inner) ? inner : [inner]) {
        if (isObject(part)) missing.push(...undescribed(part, path))
      }
    }
  }
  return missing
}

/** Makes the component's configuration as the runtime does: through the schema, defaults and all. */
export function parseConfig(factory: ComponentFactory, config: unknown): unknown {
  return factory.config.parse(config)
}
