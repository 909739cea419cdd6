import { closeSync, fstatSync, openSync, writeSync } from 'node:fs'

/** Bytes of LMDB's lock file; its 126 readers take less. */
const LENGTH = 32 * 1024

/**
 * Makes LMDB's own lock file, with room for it on the disk. LMDB itself leaves a hole and writes to it through memory,
 * which on a full disk ends the process (SIGBUS). One that is there is left alone: others may have it open.
 */
export function allocateLockFile(path: string): void {
  const file = openSync(path, 'a', 0o600)
  try {
    // A disk that is nearly full takes some of it and says so; only the next write fails.
    for (let { size } = fstatSync(file); size < LENGTH; ) size += writeSync(file, Buffer.alloc(LENGTH - size))
  } finally {
    closeSync(file)
  }
}
