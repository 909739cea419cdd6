import { registerHooks } from 'node:module'

/** What a plugin is written against. */
const SHARED = /^(?:@lacuna\/[a-z-]+|zod)(?:\/|$)/

let shared = false

/**
 * Lets a plugin import `@lacuna/sdk` and `zod` wherever its file lies: what is not installed beside it comes from
 * the command's own packages. A single file is then a whole plugin.
 */
export function shareImports(): void {
  if (shared) return
  shared = true
  registerHooks({
    resolve(specifier, context, next) {
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
