import { condition } from '@lacuna/esql/schema'
import { type Secret, secret } from '@lacuna/sdk'
import { z } from 'zod'
import { templateProblem } from './message/links.ts'
import { isLoopback } from './transport/loopback.ts'

/** What Slack makes a mention of: everybody here, everybody in the channel, a person, a group of people. */
const MENTION = /^(?:<!(?:here|channel|everyone)>|<@[UW][A-Z0-9]{2,20}>|<!subteam\^S[A-Z0-9]{2,20}>)$/

const mention = () =>
  z
    .string()
    .refine((text) => text.length <= 500 && text.split(' ').every((part) => MENTION.test(part)), {
      error:
        'expected mentions as Slack writes them, with spaces between: <!here>, <!channel>, <@U012AB3CD>, <!subteam^S012AB3CD>',
    })
    .optional()

/** Why a secret must not go to an address; the address itself is one too and not shown. */
function urlProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return 'is no address'
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return 'must not hold a user or a password'
  if (url.protocol === 'https:') return undefined
  if (url.protocol !== 'http:') return 'must begin with https://'
  return isLoopback(url) ? undefined : 'must begin with https://: http:// is only for this machine itself'
}

const safeUrl = (text: string, context: z.RefinementCtx) => {
  const message = urlProblem(text)
  if (message !== undefined) context.addIssue({ code: 'custom', message })
}

/** The options of the `slack` exporter. */
export const slackConfig = z
  .strictObject({
    webhook_url: secret()
      .superRefine((url: Secret, context) => safeUrl(url.reveal(), context))
      .optional()
      .describe('Address of an incoming webhook, which belongs to one channel; instead of a token.'),
    token: secret()
      .refine((token: Secret) => /^[!-~]{1,500}$/.test(token.reveal()), {
        error: 'must be the bot token alone, without spaces',
      })
      .optional()
      .describe('Bot token of a Slack app with the scope chat:write; messages are then updated in place.'),
    channel: z
      .string()
      .regex(/^[#\w.\-\p{L}]{1,100}$/u, {
        error: 'expected the id of a channel, such as C012AB3CD, or its name',
      })
      .optional()
      .describe('Id or name of the channel; with a token.'),
    api_url: z
      .string()
      .superRefine(safeUrl)
      .default('https://slack.com/api/')
      .describe('Where the Web API is, for a proxy or a test; with a token.'),
    where: condition()
      .default('event_name == "lacuna.alert"')
      .describe('Which records go to the channel, in ES|QL.'),
    group_above: z
      .number()
      .int()
      .min(1)
      .max(50)
      .default(3)
      .describe('More messages than this that wait for their turn become one, with a line each.'),
    links: z
      .array(
        z.strictObject({
          text: z.string().min(1).max(100).describe('What the link is called.'),
          url: z
            .string()
            .superRefine((url, context) => {
              const message = templateProblem(url)
              if (message !== undefined) context.addIssue({ code: 'custom', message })
            })
            .describe('Where it leads; {attribute.name} is replaced by the value of that field.'),
        }),
      )
      .max(10)
      .default([])
      .describe('Links below an alert, to a dashboard or a portal.'),
    mention: z
      .strictObject({
        low: mention().describe('Who is mentioned when an alert of severity low opens.'),
        medium: mention().describe('Who is mentioned when an alert of severity medium opens.'),
        high: mention().describe('Who is mentioned when an alert of severity high opens.'),
        critical: mention().describe('Who is mentioned when an alert of severity critical opens.'),
      })
      .prefault({})
      .describe('Who is mentioned when an alert opens, by severity, as Slack writes it.'),
  })
  .check((context) => {
    const { webhook_url, token, channel } = context.value
    const issue = (key: string, message: string) =>
      context.issues.push({ code: 'custom', input: context.value, path: [key], message })
    if (webhook_url === undefined && token === undefined)
      issue('webhook_url', 'is missing: give "webhook_url", or "token" and "channel"')
    if (webhook_url !== undefined && token !== undefined)
      issue('token', 'cannot stand beside "webhook_url": choose one of them')
    if (token !== undefined && channel === undefined) issue('channel', 'is missing: a token needs a channel')
    if (webhook_url !== undefined && channel !== undefined)
      issue('channel', 'goes with "token": a webhook belongs to one channel')
  })

export type SlackConfig = z.output<typeof slackConfig>
