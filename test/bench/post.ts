import { Agent, request } from 'node:http'

/** Posts bodies to a port of this machine over so many connections, which are kept open. */
export function poster(port: number, connections: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  return {
    /** Resolves once it was answered with 200, and rejects otherwise. */
    post(body: Uint8Array, path = '/v1/logs'): Promise<void> {
      return new Promise((resolve, reject) => {
        const headers = { 'Content-Type': 'application/x-protobuf', 'Content-Length': body.length }
        const sent = request({ agent, host: '127.0.0.1', port, path, method: 'POST', headers }, (answer) => {
          answer.resume()
          answer.on('end', () =>
            answer.statusCode === 200 ? resolve() : reject(new Error(`answered with ${answer.statusCode}`)),
          )
        })
        sent.on('error', reject)
        sent.end(body)
      })
    },
    end: () => agent.destroy(),
  }
}
