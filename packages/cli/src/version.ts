import { readFileSync } from 'node:fs'

/** The version of this package; its `package.json` lies beside `src` and `dist` alike. */
export function readVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  const { version } = manifest as { version: string }
  return version
}
