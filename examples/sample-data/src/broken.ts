/** What can be wrong with a line, by the name the truth counts it under. */
export type Broken =
  | 'torn'
  | 'not_json'
  | 'single_quotes'
  | 'raw_newline'
  | 'unparsable_properties'
  | 'bad_type'

/** Spoils a good record in the way asked for. All of it has been met, or waits to be met, on a real stream. */
export const spoil: Record<Broken, (record: string) => string> = {
  // A writer died in the middle of the line.
  torn: (record) => record.slice(0, Math.floor(record.length * 0.6)),
  not_json: (record) => `upstream connect error, record of ${record.length} bytes discarded`,
  single_quotes: (record) => record.replaceAll('\\"', '"').replaceAll('"', "'"),
  // A newline inside a string, not escaped: two lines, neither of them JSON.
  raw_newline: (record) => record.replace(' API version ', ' API\nversion '),
  // The line is JSON, the string in `properties` is not.
  unparsable_properties: (record) => record.replace('\\"requestLength\\":', '\\"requestLength\\":,'),
  bad_type: (record) => record.replace(/("responseLength\\?":)\d+/, '$1\\"unknown\\"'),
}
