/** Text in one of Slack's two ways: literal, or with its own marks for bold, code and links. */
export type Text =
  | { readonly type: 'plain_text'; readonly text: string; readonly emoji: boolean }
  | { readonly type: 'mrkdwn'; readonly text: string; readonly verbatim: true }

/** The few kinds of block that messages are made of. */
export type Block =
  | { readonly type: 'header'; readonly text: Text }
  | { readonly type: 'section'; readonly text: Text }
  | { readonly type: 'section'; readonly fields: readonly Text[] }
  | { readonly type: 'context'; readonly elements: readonly Text[] }

/** A message: blocks, and the text that notifications show and that is sent alone where blocks are refused. */
export interface Message {
  readonly text: string
  readonly blocks: readonly Block[]
}

/** Slack's limits: https://docs.slack.dev/reference/block-kit/blocks */
export const LIMITS = {
  blocks: 50,
  header: 150,
  section: 3000,
  field: 2000,
  fields: 10,
  /** Of the text beside the blocks: enough for a notification. */
  text: 1000,
  /**
   * Of all blocks as JSON. Not documented: messages above some 13,200 characters are refused with
   * `msg_blocks_too_long` (github.com/slackapi/bolt-js/issues/2509).
   */
  total: 12_000,
} as const

/** Literal text: Slack makes no mention, link, emoji or format of it. Must be made safe before. */
export function plain(text: string): Text {
  return { type: 'plain_text', text, emoji: false }
}

/** Text with marks of ours; whatever a stranger wrote in it must be made safe before. */
export function marked(text: string): Text {
  return { type: 'mrkdwn', text, verbatim: true }
}

/** Blocks within Slack's limits: from the end, the least important ones go first, and a line says how many. */
export function fitted(blocks: readonly Block[]): Block[] {
  let keep = Math.min(blocks.length, LIMITS.blocks)
  const over = () => keep < blocks.length
  const sized = () => JSON.stringify(blocks.slice(0, keep)).length + (over() ? 200 : 0)
  while (keep > 1 && (sized() > LIMITS.total || (over() && keep >= LIMITS.blocks))) keep--
  const kept = blocks.slice(0, keep)
  const left = blocks.length - keep
  if (left > 0) kept.push({ type: 'context', elements: [plain(`… and ${left} more parts that did not fit`)] })
  return kept
}
