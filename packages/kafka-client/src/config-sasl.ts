import { secret } from '@lacuna/sdk'
import { z } from 'zod'
import { isLoopback } from './loopback.ts'

const password = {
  username: z
    .string()
    .min(1)
    .describe('User name; at Event Hubs literally `$ConnectionString` (in YAML `$$ConnectionString`).'),
  password: secret().describe('Password; at Event Hubs the whole connection string.'),
}

const bearer = z
  .strictObject({
    mechanism: z.literal('oauthbearer').describe('Logs in with a token.'),
    token_file: z
      .string()
      .min(1)
      .describe('File that holds the token; it is read anew at every log-in.')
      .optional(),
    token_url: z
      .url({ protocol: /^https?$/ })
      .describe('Where a token is got with the client credentials.')
      .optional(),
    client_id: z.string().min(1).describe('Client id for `token_url`.').optional(),
    client_secret: secret().describe('Client secret for `token_url`.').optional(),
    scope: z
      .string()
      .min(1)
      .describe('Scope to ask for; at Event Hubs `https://NAMESPACE.servicebus.windows.net/.default`.')
      .optional(),
    insecure: z.boolean().describe('Lets `token_url` be http to another host.').default(false),
  })
  .superRefine((bearer, context) => {
    const { token_file, token_url, client_id, client_secret } = bearer
    if ((token_file === undefined) === (token_url === undefined))
      context.addIssue({ code: 'custom', message: 'expected either token_file or token_url' })
    if (token_url === undefined) return
    if (client_id === undefined || client_secret === undefined)
      context.addIssue({ code: 'custom', message: 'token_url needs client_id and client_secret' })
    const url = URL.parse(token_url)
    if (url?.protocol === 'http:' && !bearer.insecure && !isLoopback(url.hostname))
      context.addIssue({
        code: 'custom',
        path: ['token_url'],
        message: 'http sends the client secret in clear; use https, or set insecure: true',
      })
  })

export const sasl = z
  .discriminatedUnion('mechanism', [
    z.strictObject({
      mechanism: z.literal('plain').describe('User name and password as they are.'),
      ...password,
    }),
    z.strictObject({
      mechanism: z.literal('scram-sha-256').describe('Salted challenge, SHA-256.'),
      ...password,
    }),
    z.strictObject({
      mechanism: z.literal('scram-sha-512').describe('Salted challenge, SHA-512.'),
      ...password,
    }),
    bearer,
  ])
  .describe('How to log in, where `brokers` is given; without it there is no log-in.')
  .optional()

/** How to log in. */
export type Sasl = NonNullable<z.output<typeof sasl>>
/** How to log in with a token. */
export type Bearer = Extract<Sasl, { mechanism: 'oauthbearer' }>
