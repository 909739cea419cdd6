import { readFile } from 'node:fs/promises'
import { createSecureContext } from 'node:tls'
import { LacunaError } from '@lacuna/sdk'
import type { OtlpConfig } from './config.ts'

/** What the files of `tls` hold. */
export interface TlsFiles {
  readonly ca?: Buffer
  readonly cert?: Buffer
  readonly key?: Buffer
}

/** Reads the files of `tls`. Throws a `LacunaError` that names the one that is missing or of no use. */
export async function readTlsFiles(tls: OtlpConfig['tls'], component: string): Promise<TlsFiles> {
  const read = async (option: string, path: string): Promise<Buffer> => {
    try {
      return await readFile(path)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : 'unknown error'
      throw new LacunaError('bad_tls', `cannot read tls.${option} ${path}: ${code}`, { component })
    }
  }
  const files: { ca?: Buffer; cert?: Buffer; key?: Buffer } = {}
  if (tls?.ca_file !== undefined) files.ca = await read('ca_file', tls.ca_file)
  if (tls?.cert_file !== undefined) files.cert = await read('cert_file', tls.cert_file)
  if (tls?.key_file !== undefined) files.key = await read('key_file', tls.key_file)
  check({ ...(files.ca && { ca: files.ca }) }, `tls.ca_file ${tls?.ca_file} holds no certificate`, component)
  check(files, 'tls.cert_file and tls.key_file do not hold a certificate and its key in PEM', component)
  return files
}

function check(files: TlsFiles, message: string, component: string): void {
  try {
    createSecureContext(files)
  } catch {
    throw new LacunaError('bad_tls', message, { component })
  }
}
