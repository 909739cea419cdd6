import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { run } from './java.ts'

/** Files that a broker with TLS needs, and those of its clients. */
export interface Certificates {
  /** The authority's certificate, as PEM. */
  readonly ca: string
  readonly caFile: string
  /** The broker's key and chain in one PEM file, as Kafka takes it. */
  readonly keyStore: string
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

/** Makes an authority and a certificate for `localhost` and 127.0.0.1 in a folder. */
export function makeCertificates(folder: string): Certificates {
  const openssl = (...args: string[]) => run('openssl', args, folder)
  openssl(
    'req',
    '-x509',
    ...KEY,
    '-days',
    '2',
    '-subj',
    '/CN=Lacuna test CA',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
  )
  openssl('req', ...KEY, '-subj', '/CN=localhost', '-keyout', 'server.key', '-out', 'server.csr')
  writeFileSync(path.join(folder, 'names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n')
  const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'names']
  openssl('x509', '-req', '-in', 'server.csr', ...signing, '-out', 'server.pem')
  const key = openssl('pkcs8', '-topk8', '-nocrypt', '-in', 'server.key')
  const caFile = path.join(folder, 'ca.pem')
  const ca = readFileSync(caFile, 'utf8')
  const keyStore = path.join(folder, 'broker.pem')
  writeFileSync(keyStore, `${key}${readFileSync(path.join(folder, 'server.pem'), 'utf8')}${ca}`)
  return { ca, caFile, keyStore }
}
