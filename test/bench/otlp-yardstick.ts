import { createServer } from 'node:http'
import { officialType } from '../../packages/otlp/src/official.fixture.ts'

// The yardstick of the OTLP benchmark: an HTTP server that reads a body, decodes it with the code that protobufjs
// generates, counts the records and answers. Nothing else; with `parse` also JSON.parse of each body and its properties.
// `otlp-yardstick.ts PORT [parse]`.

interface Request {
  readonly resourceLogs: readonly {
    readonly scopeLogs: readonly { readonly logRecords: readonly LogRecord[] }[]
  }[]
}

interface LogRecord {
  readonly body: { readonly stringValue: string }
}

const type = officialType('Request')
const parse = process.argv[3] === 'parse'
let count = 0
let empty = 0

function look({ body }: LogRecord): void {
  if (JSON.parse(JSON.parse(body.stringValue).properties).responseLength === 0) empty++
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { resourceLogs } = type.decode(Buffer.concat(chunks)) as Request
    for (const { scopeLogs } of resourceLogs)
      for (const { logRecords } of scopeLogs) {
        count += logRecords.length
        if (parse) logRecords.forEach(look)
      }
    response.writeHead(200, { 'Content-Type': 'application/x-protobuf', 'Content-Length': 0 })
    response.end()
  })
})
server.listen(Number(process.argv[2]), '127.0.0.1')
process.once('SIGTERM', () => {
  process.stderr.write(`${count} ${empty}\n`)
  process.exit(0)
})
