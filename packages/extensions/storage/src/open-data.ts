import { prepareData, setAside } from './directory.ts'
import type { Layout } from './layout.ts'
import { allocateLockFile } from './lock-file.ts'
import type { Opened } from './messages.ts'
import { StorageProblem, toProblem } from './problem.ts'

/**
 * Checks what is in the directory, or begins there. The lock is held.
 *
 * @param mayRename whether damaged files may be renamed, and a new storage begun
 * @throws StorageProblem
 */
export async function openData(layout: Layout, mayRename: boolean): Promise<Opened> {
  allocateLockFile(layout.dataLock)
  try {
    const { identity, entries, spaces } = await prepareData(layout)
    return { id: identity.id, entries, spaces }
  } catch (error) {
    if (!mayRename || !(error instanceof StorageProblem) || error.code !== 'storage_corrupt') throw error
    const path = setAside(layout, new Date())
    allocateLockFile(layout.dataLock)
    const { identity, entries, spaces } = await prepareData(layout)
    return {
      id: identity.id,
      entries,
      spaces,
      setAside: { problem: toProblem(error, 'storage_corrupt'), path },
    }
  }
}
