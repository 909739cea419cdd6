export { sendingRows } from './component-schema.ts'
export { configJsonSchema } from './config-schema.ts'
export type { JsonSchema } from './json-schema.ts'
export { type OptionRow, optionRows } from './option-rows.ts'
