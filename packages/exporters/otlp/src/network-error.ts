/** What to do about the failures that are met most, by Node's code for them. */
const SENTENCES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'it does not answer',
  ENOTFOUND: 'the name of the host is not known',
  EAI_AGAIN: 'the name of the host cannot be looked up now',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to the host',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself: name it in tls.ca_file to trust it',
  SELF_SIGNED_CERT_IN_CHAIN:
    'its certificate is of an authority that is not trusted: name that in tls.ca_file',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is of an authority that is not trusted: name that in tls.ca_file',
  UNABLE_TO_GET_ISSUER_CERT:
    'its certificate is of an authority that is not trusted: name that in tls.ca_file',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate is of an authority that is not trusted: name that in tls.ca_file',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS: is it http://?',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS: is it http://?',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'it asks for a certificate: set tls.cert_file and tls.key_file',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'it does not accept the certificate of tls.cert_file',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not accept the certificate of tls.cert_file',
}

/**
 * Why a connection failed, as the rest of a sentence. Never the error's own text where that is not known to be
 * harmless: it may quote what the other side sent.
 */
export function networkFailure(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const known = Object.hasOwn(SENTENCES, code) ? SENTENCES[code] : undefined
  if (known !== undefined) return known
  const worded = error instanceof Error ? failureInText(error.message) : undefined
  if (worded !== undefined) return worded
  if (code.startsWith('HPE_')) return `what answers there does not speak HTTP (${code})`
  return /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? `the connection failed (${code})` : 'the connection failed'
}

/** The same out of the text of an error, which is all that gRPC gives; `undefined` where it is not known. */
export function failureInText(text: string): string | undefined {
  if (text.includes("does not match certificate's altnames")) return SENTENCES.ERR_TLS_CERT_ALTNAME_INVALID
  if (/\bself[- ]signed certificate in certificate chain/.test(text))
    return SENTENCES.SELF_SIGNED_CERT_IN_CHAIN
  if (/\bself[- ]signed certificate/.test(text)) return SENTENCES.DEPTH_ZERO_SELF_SIGNED_CERT
  if (/unable to (?:verify the first|get (?:local )?issuer) certificate/.test(text)) {
    return SENTENCES.UNABLE_TO_VERIFY_LEAF_SIGNATURE
  }
  if (/certificate has expired/.test(text)) return SENTENCES.CERT_HAS_EXPIRED
  if (/wrong version number|packet length too long/.test(text)) return SENTENCES.ERR_SSL_WRONG_VERSION_NUMBER
  const code = /\bE[A-Z_]{3,20}\b/.exec(text)?.[0] ?? ''
  return Object.hasOwn(SENTENCES, code) ? SENTENCES[code] : undefined
}
