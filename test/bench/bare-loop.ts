import { openSync, readSync } from 'node:fs'

// The yardstick: splits lines, parses each and its properties, and counts. Nothing else.
const [path = ''] = process.argv.slice(2)
const file = openSync(path, 'r')
const buffer = Buffer.allocUnsafe(65_536)
let rest = ''
let empty = 0
for (let read = readSync(file, buffer); read > 0; read = readSync(file, buffer)) {
  const text = rest + buffer.toString('latin1', 0, read)
  let start = 0
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
    const record = JSON.parse(text.slice(start, end))
    const properties = JSON.parse(record.properties)
    if (properties.responseLength === 0) empty++
    start = end + 1
  }
  rest = text.slice(start)
}
process.stdout.write(`${empty}\n`)
