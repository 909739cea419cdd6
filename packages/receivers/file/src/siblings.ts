import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { basesOf } from './rotated-names.ts'
import type { FileStamp } from './track.ts'

/** A file beside one that is followed. */
export interface Sibling extends FileStamp {
  readonly path: string
  /** Whether a rotation may have given it its name. */
  readonly rotated: boolean
}

/** Files looked at in one directory; a rotation keeps tens. */
const MOST = 5000

/**
 * The files beside `path`, newest first: those with rotated names, or with `everything` all of them, also those
 * beside what a link at `path` leads to, because a file that was renamed may have any name.
 */
export async function siblingsOf(path: string, everything: boolean): Promise<Sibling[]> {
  const directory = dirname(path)
  const directories = new Set([directory])
  if (everything) directories.add(dirname(await realpath(path).catch(() => path)))
  const stem = basename(path, extname(path))
  const found: Sibling[] = []
  for (const each of directories)
    for (const name of await readdir(each).catch(() => [])) {
      const candidate = join(each, name)
      const rotated = each === directory && name.startsWith(stem) && basesOf(candidate).includes(path)
      if (candidate === path || !(rotated || everything)) continue
      if (found.length >= MOST) break
      const stamp = await stat(candidate, { bigint: true }).catch(() => undefined)
      if (stamp?.isFile() !== true) continue
      const { dev, ino, size, mtimeNs } = stamp
      found.push({ path: candidate, rotated, dev, ino, size, mtimeNs })
    }
  return found.sort((a, b) =>
    a.mtimeNs < b.mtimeNs ? 1 : a.mtimeNs > b.mtimeNs ? -1 : a.path < b.path ? -1 : 1,
  )
}
