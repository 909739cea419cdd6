import type { Block, Message, Text } from './message/message.ts'

/** A message roughly as a person sees it in Slack: what Slack would hide is not there, what it calls is in capitals. */
export function render({ blocks }: Pick<Message, 'blocks'>): string {
  return blocks.map(renderBlock).join('\n\n')
}

function renderBlock(block: Block): string {
  if (block.type === 'header') return `# ${renderText(block.text)}`
  if (block.type === 'context') return block.elements.map((element) => `~ ${renderText(element)}`).join('\n')
  if ('fields' in block)
    return block.fields.map((field) => `| ${renderText(field).replace('\n', ': ')}`).join('\n')
  return renderText(block.text)
}

/** Slack's own reading of `<…>`, then of the escapes. */
function renderText({ type, text }: Text): string {
  const read = text.replaceAll(/<([^<>]*)>/g, (_, inner: string) => {
    if (type === 'plain_text') return `RAW<${inner}>`
    if (inner.startsWith('!') || inner.startsWith('@')) return `MENTION(${inner})`
    const [url, name] = inner.split('|')
    return name === undefined ? `LINK(${url})` : `LINK(${name} -> ${url})`
  })
  return read.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
