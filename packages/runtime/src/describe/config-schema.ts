import type { ComponentFactory } from '@lacuna/sdk'
import { componentSchema } from './component-schema.ts'
import type { JsonSchema } from './json-schema.ts'

const SECTIONS = [
  ['receiver', 'receivers', 'What reads records.'],
  ['processor', 'processors', 'What changes records, or detects.'],
  ['exporter', 'exporters', 'What delivers records and alerts.'],
  ['extension', 'extensions', 'What serves the others: storage, health check.'],
] as const

/**
 * The JSON Schema of a whole configuration with these components, for editors: the first lines of a
 * configuration say `# yaml-language-server: $schema=lacuna.schema.json`.
 */
export function configJsonSchema(factories: readonly ComponentFactory[]): JsonSchema {
  const $defs: Record<string, JsonSchema> = {}
  const properties: Record<string, JsonSchema> = {}
  for (const [kind, section, description] of SECTIONS) {
    const patternProperties: Record<string, JsonSchema> = {}
    for (const factory of factories) {
      if (factory.kind !== kind) continue
      const name = `${kind}.${factory.type}`
      $defs[name] = component(factory, name)
      patternProperties[`^${factory.type}(/.+)?$`] = { $ref: `#/$defs/${name}` }
    }
    properties[section] = {
      description,
      type: ['object', 'null'],
      patternProperties,
      additionalProperties: false,
    }
  }
  properties.service = service()
  properties.plugins = {
    ...listOfText('TypeScript or JavaScript modules with more components; paths relative to this file.'),
  }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Lacuna configuration',
    type: 'object',
    properties,
    additionalProperties: false,
    $defs,
  }
}

function component(factory: ComponentFactory, name: string): JsonSchema {
  const { $schema: _, ...schema } = componentSchema(factory)
  const { description } = factory
  // A bare `type:` is a component with its defaults.
  return { description, anyOf: [{ type: 'null' }, lenient(schema, `#/$defs/${name}/anyOf/1`) as JsonSchema] }
}

function service(): JsonSchema {
  const ids = (description: string) => listOfText(description)
  return {
    description: 'Which components run, and how they are wired.',
    type: 'object',
    required: ['pipelines'],
    additionalProperties: false,
    properties: {
      extensions: ids('The extensions to run.'),
      pipelines: {
        description: 'Each pipeline by its id.',
        type: 'object',
        minProperties: 1,
        additionalProperties: {
          type: 'object',
          required: ['receivers', 'exporters'],
          additionalProperties: false,
          properties: {
            receivers: ids('Where records come from.'),
            processors: ids('What they pass, in this order.'),
            exporters: ids('Where they go.'),
          },
        },
      },
    },
  }
}

function listOfText(description: string): JsonSchema {
  return { description, type: 'array', items: { type: 'string' }, uniqueItems: true }
}

/**
 * The same schema where a number or a boolean may also be a reference such as `${env:PORT}`, and where
 * references within the schema begin at its new place.
 */
function lenient(schema: unknown, base: string): unknown {
  if (Array.isArray(schema)) return schema.map((item) => lenient(item, base))
  if (typeof schema !== 'object' || schema === null) return schema
  const copy: JsonSchema = {}
  for (const [key, value] of Object.entries(schema)) {
    if (key === '$ref' && typeof value === 'string') copy[key] = value.replace('#', base)
    else copy[key] = key === 'default' || key === 'enum' ? value : lenient(value, base)
  }
  const { type, description, default: given } = copy
  if (type !== 'integer' && type !== 'number' && type !== 'boolean') return copy
  const about = { ...(description && { description }), ...(given !== undefined && { default: given }) }
  return { ...about, anyOf: [copy, { type: 'string', pattern: '\\$\\{' }] }
}
