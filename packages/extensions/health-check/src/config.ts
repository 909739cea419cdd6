import { z } from 'zod'
import { endpoint, isLoopback, showEndpoint } from './endpoint.ts'

export const config = z
  .strictObject({
    endpoint: endpoint()
      .prefault('127.0.0.1:13133')
      .describe('Address to listen at, `host:port`; port 0 takes any that is free.'),
    insecure: z
      .boolean()
      .default(false)
      .describe(
        'Whether to listen beyond this machine, where whoever can connect reads the ids of components and what ails them.',
      ),
  })
  .superRefine((value, context) => {
    if (value.insecure || isLoopback(value.endpoint)) return
    context.addIssue({
      code: 'custom',
      path: ['endpoint'],
      message:
        `${showEndpoint(value.endpoint)} can be reached from other machines: ` +
        'set "insecure: true" if the network in between is trusted',
    })
  })

/** The extension's configuration, checked and with its defaults. */
export type HealthCheckConfig = z.output<typeof config>
