import { type FileStamp, isSameFile, type Leg, type Track } from './track.ts'

/** Which file belongs to which source, by device and inode. */
export interface Register {
  find(file: Pick<FileStamp, 'dev' | 'ino'>): Entry | undefined
  /** The newest leg of a file has its name: one that is truncated in place is a new one of the same inode. */
  add(track: Track, leg: Leg): void
  remove(leg: Leg): void
  /** A copy or a compressed file has taken the place of the leg's own. */
  move(track: Track, leg: Leg, file: Pick<FileStamp, 'dev' | 'ino'>): void
}

interface Entry {
  readonly track: Track
  readonly leg: Leg
}

export function register(): Register {
  const byFile = new Map<string, Entry>()

  function remove(leg: Leg): void {
    const key = keyOf(leg.part)
    if (byFile.get(key)?.leg === leg) byFile.delete(key)
  }

  function add(track: Track, leg: Leg): void {
    byFile.set(keyOf(leg.part), { track, leg })
  }

  return {
    find: (file) => byFile.get(keyOf(file)),
    add,
    remove,
    move(track, leg, file) {
      if (!isSameFile(leg.part, file)) {
        remove(leg)
        leg.part.dev = file.dev
        leg.part.ino = file.ino
      }
      add(track, leg)
    },
  }
}

export function keyOf({ dev, ino }: Pick<FileStamp, 'dev' | 'ino'>): string {
  return `${dev}:${ino}`
}
