import { existsSync, readFileSync } from 'node:fs'

/** The version of this package; its `package.json` lies above `src` and `dist`, and two above `dist/bundle`. */
export function readVersion(): string {
  const above = new URL('../package.json', import.meta.url)
  const file = existsSync(above) ? above : new URL('../../package.json', import.meta.url)
  const manifest: unknown = JSON.parse(readFileSync(file, 'utf8'))
  const { version } = manifest as { version: string }
  return version
}
