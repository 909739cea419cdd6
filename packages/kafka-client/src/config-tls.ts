import { z } from 'zod'

const file = (what: string) => z.string().min(1, 'expected a path').describe(what).optional()

const settings = z
  .strictObject({
    ca_file: file("PEM file with the authorities that may have signed the broker's certificate."),
    cert_file: file('PEM file with the certificate that the client shows, for mutual TLS.'),
    key_file: file('PEM file with the key of `cert_file`.'),
    server_name: z
      .string()
      .min(1)
      .describe("Name to expect in the broker's certificate, where it is not the one connected to.")
      .optional(),
    insecure_skip_verify: z
      .boolean()
      .describe('Takes any certificate: whoever sits between can then read the credentials.')
      .default(false),
  })
  .refine(
    (tls) => (tls.cert_file === undefined) === (tls.key_file === undefined),
    'cert_file and key_file go together',
  )

export const tls = z
  .union([z.literal(false), settings])
  .describe('TLS towards the brokers; `false` connects without. On unless it is the emulator.')
  .optional()

/** TLS settings, or false for none. */
export type Tls = z.output<typeof tls>
