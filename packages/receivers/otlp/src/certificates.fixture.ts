import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A certificate and its key, as files and as text. */
interface Pair {
  readonly certFile: string
  readonly keyFile: string
  readonly cert: Buffer
  readonly key: Buffer
}

export interface Certificates {
  readonly ca: Pair
  /** For 127.0.0.1, by our root. */
  readonly server: Pair
  /** For a client, by our root. */
  readonly client: Pair
  /** For a client, by a root that nobody knows. */
  readonly stranger: Pair
  remove(): void
}

/** Makes certificates for one test file. */
export function makeCertificates(): Certificates {
  const directory = mkdtempSync(join(tmpdir(), 'lacuna-otlp-'))
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' })
  const make = (name: string, by?: string): Pair => {
    const extensions =
      by === undefined ? 'basicConstraints=CA:TRUE' : 'subjectAltName=IP:127.0.0.1,DNS:localhost'
    writeFileSync(join(directory, `${name}.ext`), `[e]\n${extensions}\n`)
    openssl(
      'req',
      '-new',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
    )
    const signer =
      by === undefined
        ? ['-signkey', `${name}.key`]
        : ['-CA', `${by}.pem`, '-CAkey', `${by}.key`, '-CAcreateserial']
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      ...signer,
      '-days',
      '2',
      '-extfile',
      `${name}.ext`,
      '-extensions',
      'e',
      '-out',
      `${name}.pem`,
    )
    const certFile = join(directory, `${name}.pem`)
    const keyFile = join(directory, `${name}.key`)
    return { certFile, keyFile, cert: readFileSync(certFile), key: readFileSync(keyFile) }
  }
  const ca = make('root')
  make('other')
  return {
    ca,
    server: make('server', 'root'),
    client: make('client', 'root'),
    stranger: make('stranger', 'other'),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}
