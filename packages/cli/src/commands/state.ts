import { createInterface } from 'node:readline/promises'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { clearState, openState, type State } from '@lacuna/extension-storage'
import { escapeControls } from '../escape-controls.ts'
import { formatBytes, formatCount } from '../format.ts'
import type { TextOutput } from '../text-output.ts'
import { UsageError } from '../usage-error.ts'

/** The options of all `lacuna state` commands. */
export interface StateOptions {
  readonly directory: string
}

/** The options of `lacuna state clear`. */
export interface ClearOptions extends StateOptions {
  readonly yes?: boolean
}

/** Positions that are shown of one receiver. */
const MAX_SHOWN = 100

/**
 * `lacuna state inspect`: what is saved, by space, and the positions of the receivers.
 *
 * @throws Error when there is no storage, or it is damaged
 */
export async function inspectState({ directory }: StateOptions, stdout: TextOutput): Promise<void> {
  const state = await openState(directory)
  try {
    stdout.write(describeState(state))
  } finally {
    await state.close()
  }
}

interface SpaceRow {
  readonly space: string
  entries: number
  bytes: number
  /** Keys and values as text, of positions. */
  readonly shown: string[]
}

function describeState(state: State): string {
  const rows = new Map<string, SpaceRow>()
  for (const { space, key, value } of state.entries()) {
    let row = rows.get(space)
    if (row === undefined) {
      row = { space, entries: 0, bytes: 0, shown: [] }
      rows.set(space, row)
    }
    row.entries++
    row.bytes += Buffer.byteLength(key) + value.length
    if (space.startsWith('positions') && row.shown.length < MAX_SHOWN)
      row.shown.push(`  ${cut(key)}  ${cut(readable(value) ?? `${value.length} bytes`)}`)
  }
  const { identity, live, directory } = state
  const head = [
    `${escapeControls(directory)}${live ? ', in use by a running Lacuna' : ''}`,
    `schema ${identity.schema}, made ${cut(identity.created_at)} by Lacuna ${cut(identity.created_by)}, id ${cut(identity.id)}`,
    '',
  ]
  if (rows.size === 0) return `${[...head, 'nothing is saved yet'].join('\n')}\n`
  return `${[...head, ...table([...rows.values()]), ...positions([...rows.values()])].join('\n')}\n`
}

function table(rows: readonly SpaceRow[]): string[] {
  const cells = rows.map(({ space, entries, bytes }) => [
    cut(space),
    formatCount(entries),
    formatBytes(bytes),
  ])
  const all = [['space', 'entries', 'bytes'], ...cells]
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all.map(([space = '', entries = '', bytes = '']) =>
    `${space.padEnd(widths[0] ?? 0)}  ${entries.padStart(widths[1] ?? 0)}  ${bytes.padStart(widths[2] ?? 0)}`.trimEnd(),
  )
}

function positions(rows: readonly SpaceRow[]): string[] {
  const lines: string[] = []
  for (const { space, shown, entries } of rows) {
    if (shown.length === 0) continue
    lines.push('', cut(space), ...shown)
    if (entries > shown.length)
      lines.push(`  and ${formatCount(entries - shown.length)} more: see lacuna state export`)
  }
  return lines
}

/**
 * `lacuna state export`: one JSON object a line, `{"space":…,"key":…,"value":…}`. A value that is text stands as text,
 * any other as `"base64"` in place of `"value"`.
 *
 * @throws Error when there is no storage, or it is damaged
 */
export async function exportState({ directory }: StateOptions, stdout: Writable): Promise<void> {
  const state = await openState(directory)
  try {
    await pipeline(Readable.from(exportLines(state)), stdout, { end: false })
  } catch (error) {
    // Nobody reads any more (`| head`): a clean end.
    if (!(error instanceof Error && 'code' in error && GONE.has(error.code))) throw error
  } finally {
    await state.close()
  }
}

/** Characters that are written at once. */
const BLOCK = 65_536
const GONE: ReadonlySet<unknown> = new Set(['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'])

function* exportLines(state: State): Generator<string> {
  let block = ''
  for (const { space, key, value } of state.entries()) {
    const text = readable(value)
    const fields = text === undefined ? { base64: base64(value) } : { value: text }
    block += `${escapeControls(JSON.stringify({ space, key, ...fields }))}\n`
    if (block.length < BLOCK) continue
    yield block
    block = ''
  }
  if (block !== '') yield block
}

/**
 * `lacuna state clear`: removes what is saved, when the operator says so.
 *
 * @throws UsageError without that word, Error when there is no storage or a Lacuna uses it
 */
export async function clearSaved(
  { directory, yes }: ClearOptions,
  stdin: NodeJS.ReadStream,
  stdout: TextOutput,
  stderr: NodeJS.WriteStream,
): Promise<void> {
  const shown = escapeControls(directory)
  if (yes !== true) {
    if (!stdin.isTTY || !stderr.isTTY)
      throw new UsageError(`this removes all positions and state in ${shown}: say --yes if that is meant`)
    const asking = createInterface({ input: stdin, output: stderr })
    const answer = await asking.question(`Remove all positions and state in ${shown}? [y/N] `)
    asking.close()
    if (!/^y(es)?$/i.test(answer.trim())) throw new UsageError('nothing was removed')
  }
  clearState(directory)
  stdout.write(`removed what was saved in ${shown}\n`)
}

/** UTF-8 text without anything but text in it; `undefined` for what is none. */
function readable(value: Uint8Array): string | undefined {
  const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8')
  if (Buffer.byteLength(text) !== value.length || text.includes('\ufffd')) return undefined
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) return undefined
  }
  return text
}

function base64(value: Uint8Array): string {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
}

/** For a person: one line, without what could act on a terminal, and not without end. */
function cut(text: string): string {
  const shown = escapeControls(text)
  return shown.length > 200 ? `${shown.slice(0, 199)}…` : shown
}
