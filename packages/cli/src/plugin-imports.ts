import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'

/** What a plugin is written against. */
const SHARED = /^(?:@lacuna\/[a-z-]+|zod)(?:\/|$)/

/** Where they are in a bundle: beside this very file. */
const BUNDLED = new Map([
  ['@lacuna/sdk', new URL('./sdk.js', import.meta.url)],
  ['zod', new URL('./zod.js', import.meta.url)],
])

let shared = false

/**
 * Lets a plugin import `@lacuna/sdk` and `zod` wherever its file lies: what is not installed beside it comes from
 * the command's own packages. A single file is then a whole plugin. A bundled command always gives its own, so that
 * an error or a record of a plugin is one of the command's, too.
 */
export function shareImports(): void {
  if (shared) return
  shared = true
  const bundled = [...BUNDLED.values()].every((url) => existsSync(url))
  registerHooks({
    resolve(specifier, context, next) {
      const own = bundled ? BUNDLED.get(specifier) : undefined
      if (own !== undefined) return { url: own.href, format: 'module', shortCircuit: true }
      if (!SHARED.test(specifier)) return next(specifier, context)
      try {
        return next(specifier, context)
      } catch (error) {
        if (!(error instanceof Error) || !('code' in error) || error.code !== 'ERR_MODULE_NOT_FOUND')
          throw error
        return next(specifier, { ...context, parentURL: import.meta.url })
      }
    },
  })
}
