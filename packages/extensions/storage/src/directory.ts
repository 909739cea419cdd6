import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Layout, MADE_BY, SCHEMA } from './layout.ts'
import { createLmdb, type Identity, syncPath } from './lmdb-file.ts'
import { damaged } from './page-file.ts'
import { StorageProblem } from './problem.ts'
import { type Verified, verifyData } from './verify.ts'

/** Steps from one schema to the next, by the schema they start from. There is only one schema yet. */
const MIGRATIONS: ReadonlyMap<number, (layout: Layout, identity: Identity) => Identity> = new Map()

/**
 * Checks the storage in a directory, or makes a new one where there is none. The lock is held.
 *
 * @throws StorageProblem `storage_corrupt` or `storage_newer`
 */
export async function prepareData(layout: Layout): Promise<Verified> {
  const named = readIdentity(layout)
  const hasData = existsSync(layout.data)
  if (!hasData && named !== undefined)
    throw damaged(layout.directory, 'its data.mdb is gone, and storage.json says that there was one')
  if (!hasData) return createData(layout)
  if (named !== undefined) migrate(layout, named)
  const verified = verifyData(layout.data)
  const { identity } = verified
  if (named !== undefined && named.id !== identity.id)
    throw damaged(layout.directory, 'its data.mdb belongs to another storage than its storage.json')
  if (named === undefined) {
    migrate(layout, identity)
    // A crash came between the two files.
    writeIdentity(layout, identity)
  }
  return verified
}

/** The file appears under its name when it is complete: one of no length is therefore never a new one. */
async function createData(layout: Layout): Promise<Verified> {
  const identity: Identity = {
    schema: SCHEMA,
    id: randomUUID(),
    created_by: MADE_BY,
    created_at: new Date().toISOString(),
  }
  rmSync(layout.unfinished, { force: true })
  await createLmdb(layout.unfinished, identity)
  rmSync(`${layout.unfinished}-lock`, { force: true })
  renameSync(layout.unfinished, layout.data)
  syncPath(layout.directory)
  writeIdentity(layout, identity)
  return { identity, spaces: new Map(), entries: 0 }
}

function writeIdentity(layout: Layout, identity: Identity): void {
  const temporary = `${layout.identity}.new`
  writeFileSync(temporary, `${JSON.stringify(identity, null, 2)}\n`, { mode: 0o600 })
  syncPath(temporary)
  renameSync(temporary, layout.identity)
  syncPath(layout.directory)
}

/** What a storage says of itself in `storage.json`; `undefined` when there is no such file. */
export function readIdentity(layout: Layout): Identity | undefined {
  if (!existsSync(layout.identity)) return undefined
  let identity: Partial<Record<keyof Identity, unknown>>
  try {
    identity = JSON.parse(readFileSync(layout.identity, 'utf8'))
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw damaged(layout.identity, 'it is not JSON')
  }
  const { schema, id, created_by, created_at } = identity ?? {}
  if (!Number.isSafeInteger(schema) || typeof id !== 'string')
    throw damaged(layout.identity, 'it does not name a schema and an id')
  return { schema: Number(schema), id, created_by: String(created_by), created_at: String(created_at) }
}

/** Brings an older storage up to this schema, step by step. */
function migrate(layout: Layout, identity: Identity): void {
  let at = identity
  if (at.schema > SCHEMA)
    throw new StorageProblem(
      'storage_newer',
      `${layout.directory} was made by Lacuna ${printable(at.created_by)} with schema ${at.schema}, and this Lacuna knows schema ${SCHEMA}: ` +
        'run that version, or name another directory',
    )
  while (at.schema < SCHEMA) {
    const step = MIGRATIONS.get(at.schema)
    if (step === undefined)
      throw new StorageProblem(
        'storage_newer',
        `${layout.directory} has schema ${at.schema}, which this Lacuna cannot bring to schema ${SCHEMA}: name another directory`,
      )
    at = step(layout, at)
  }
}

function printable(text: string): string {
  return text.slice(0, 40).replaceAll(/[^\w.+-]/g, '?')
}

/** Makes the directory, and sees that its name is on the disk. */
export function makeDirectory(directory: string): void {
  const made = mkdirSync(directory, { recursive: true, mode: 0o700 })
  if (made !== undefined) syncPath(dirname(made))
}

/**
 * Renames what is there to `<name>.corrupt-<time>`, so that a new storage can begin. The lock is held.
 *
 * @returns the new name of the data file
 */
export function setAside(layout: Layout, now: Date): string {
  const time = now.toISOString().replaceAll(/[-:]|\.\d+/g, '')
  let suffix = `.corrupt-${time}`
  for (let again = 2; existsSync(layout.data + suffix) || existsSync(layout.identity + suffix); again++)
    suffix = `.corrupt-${time}-${again}`
  if (existsSync(layout.identity)) renameSync(layout.identity, layout.identity + suffix)
  if (existsSync(layout.data)) renameSync(layout.data, layout.data + suffix)
  rmSync(layout.dataLock, { force: true })
  syncPath(layout.directory)
  return layout.data + suffix
}

/** Removes what belongs to the storage, and nothing else. The lock is held, and stays: see {@link releaseAndRemove}. */
export function removeData(layout: Layout): void {
  // The name first: without it a half removed storage is a new one, not a damaged one.
  rmSync(layout.identity, { force: true })
  rmSync(layout.data, { force: true })
  rmSync(layout.dataLock, { force: true })
  rmSync(layout.unfinished, { force: true })
  rmSync(`${layout.unfinished}-lock`, { force: true })
  syncPath(layout.directory)
}
