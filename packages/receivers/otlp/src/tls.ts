import { readFile } from 'node:fs/promises'
import { createSecureContext, type TlsOptions } from 'node:tls'
import { LacunaError } from '@lacuna/sdk'
import type { TlsConfig } from './config.ts'

/** Milliseconds for a TLS handshake. A client that says nothing holds a connection no longer. */
const HANDSHAKE_TIMEOUT = 10_000

/**
 * Reads the files of a `tls` section. Rejects with a `LacunaError` that names the key and the file when one cannot be
 * read, or when they do not fit together.
 */
export async function readTls(config: TlsConfig, component: string): Promise<TlsOptions> {
  const read = async (key: keyof TlsConfig, path: string) => {
    try {
      return await readFile(path)
    } catch (error) {
      throw refused(component, `cannot read tls.${key} ${JSON.stringify(path)} (${codeOf(error)})`, error)
    }
  }
  const [cert, key, ca] = await Promise.all([
    read('cert_file', config.cert_file),
    read('key_file', config.key_file),
    config.client_ca_file === undefined ? undefined : read('client_ca_file', config.client_ca_file),
  ])
  const options: TlsOptions = {
    cert,
    key,
    minVersion: 'TLSv1.2',
    handshakeTimeout: HANDSHAKE_TIMEOUT,
    ...(ca === undefined ? {} : { ca, requestCert: true, rejectUnauthorized: true }),
  }
  try {
    createSecureContext(options)
  } catch (error) {
    throw refused(
      component,
      `tls.cert_file and tls.key_file are no certificate and its key (${codeOf(error)})`,
      error,
    )
  }
  if (ca !== undefined && !ca.includes('-----BEGIN CERTIFICATE-----')) {
    throw refused(
      component,
      `tls.client_ca_file ${JSON.stringify(config.client_ca_file)} holds no certificate in PEM`,
    )
  }
  return options
}

function refused(component: string, sentence: string, cause?: unknown): LacunaError {
  return new LacunaError('bad_tls', sentence, { component, cause })
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
}
