import { optionRows } from '../describe/option-rows.ts'
import { sendingSchemaOf } from './sending.ts'

/** The table of options in the README, from the schema. */
export function sendingTable(): string {
  const rows = optionRows(sendingSchemaOf({})).filter((row) => row.default !== '{}')
  const lines = rows.map((row) => `| \`${row.path}\` | \`${row.default}\` | ${row.description} |`)
  return ['| key | default | what |', '| --- | --- | --- |', ...lines].join('\n')
}
