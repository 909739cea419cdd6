import { stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { isGlob, isStdin } from './find-inputs.ts'

/** Says when looking for new files is worth it. */
export interface ScanHints {
  /** Whether a directory has changed, or may have; `now` is monotonic, and with `anyway` it says yes. */
  suggest(now: number, anyway: boolean): Promise<boolean>
}

/** Milliseconds after which to scan although no directory seems to have changed: a link may lead somewhere new. */
const AT_LEAST = 10_000
/** Scans after a change: the time of a directory has a resolution, in which another file may have come. */
const AFTER = 3

/**
 * Watches the time of the directories that hold what the patterns match; a new name in a directory changes it. Globs
 * over directories are always worth a scan.
 */
export function scanHints(include: readonly string[], cwd: string): ScanHints {
  const files = include.filter((pattern) => !isStdin(pattern)).map((pattern) => resolve(cwd, pattern))
  const directories = [...new Set(files.map((path) => dirname(path)))]
  const always = directories.some(isGlob)
  let before = ''
  let same = 0
  let last = 0

  return {
    async suggest(now, anyway) {
      if (always) return true
      const times = await Promise.all(
        directories.map((path) =>
          stat(path, { bigint: true }).then(
            ({ ino, mtimeNs }) => `${ino}.${mtimeNs}`,
            () => 'gone',
          ),
        ),
      )
      const stamp = times.join()
      same = stamp === before ? same + 1 : 0
      before = stamp
      if (!anyway && same > AFTER && now - last < AT_LEAST) return false
      last = now
      return true
    },
  }
}
