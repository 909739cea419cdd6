import { createServer } from 'node:http'
import { gunzipSync } from 'node:zlib'

// Where alerts go, and what is sent straight: tells of each request that names a probe when its last byte was there.
// `latency-sink.ts PORT`.

createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const at = process.hrtime.bigint()
    response.writeHead(200, { 'Content-Type': 'application/x-protobuf', 'Content-Length': 0 })
    response.end()
    const body = Buffer.concat(chunks)
    const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
    // An alert may come together with the end of an older episode.
    const probes = new Set(
      plain
        .toString('latin1')
        .match(/probe-\d+/gi)
        ?.map((name) => name.slice(6)),
    )
    for (const probe of probes) process.stdout.write(`${request.url} ${probe} ${at}\n`)
  })
}).listen(Number(process.argv[2]), '127.0.0.1')
process.once('SIGTERM', () => process.exit(0))
