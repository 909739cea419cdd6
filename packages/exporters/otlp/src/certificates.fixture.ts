import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A certificate with its key, as files and as bytes. */
export interface Pair {
  readonly certFile: string
  readonly keyFile: string
  readonly cert: Buffer
  readonly key: Buffer
}

/** An authority and what it signed: for 127.0.0.1, for another host, and for a client. */
export interface Certificates {
  readonly directory: string
  readonly ca: Pair
  readonly here: Pair
  readonly elsewhere: Pair
  readonly client: Pair
  remove(): void
}

const EC_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

/** Makes certificates for one test file with openssl. */
export function makeCertificates(): Certificates {
  const directory = mkdtempSync(join(tmpdir(), 'lacuna-otlp-exporter-'))
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' })
  const load = (name: string): Pair => {
    const certFile = join(directory, `${name}.pem`)
    const keyFile = join(directory, `${name}.key`)
    return { certFile, keyFile, cert: readFileSync(certFile), key: readFileSync(keyFile) }
  }
  const signed = (name: string, subjectAltName: string): Pair => {
    writeFileSync(join(directory, `${name}.ext`), `subjectAltName=${subjectAltName}\n`)
    openssl('req', ...EC_KEY, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`)
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2']
    openssl('x509', '-req', '-in', `${name}.csr`, ...by, '-extfile', `${name}.ext`, '-out', `${name}.pem`)
    return load(name)
  }
  openssl(
    'req',
    '-x509',
    ...EC_KEY,
    '-subj',
    '/CN=test authority',
    '-days',
    '2',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
  )
  return {
    directory,
    ca: load('ca'),
    here: signed('here', 'IP:127.0.0.1'),
    elsewhere: signed('elsewhere', 'DNS:collector.example.com'),
    client: signed('client', 'DNS:client'),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}
