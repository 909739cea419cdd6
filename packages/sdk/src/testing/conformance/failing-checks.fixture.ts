import type { Check } from './check.ts'

/** The names of the checks that fail, in their order. */
export async function failing(checks: Check[]): Promise<string[]> {
  const names: string[] = []
  for (const check of checks) {
    await check.run().catch(() => names.push(check.name))
  }
  return names
}
