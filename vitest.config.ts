import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Tests run the sources themselves: every package of ours exports them under the `source` condition.
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source', 'node', 'import', 'module', 'default'] } },
  test: {
    include: ['packages/**/*.test.ts', 'examples/**/*.test.ts', 'test/**/*.test.ts'],
    // Machines may be slow; nothing waits for time to pass.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    exclude: ['**/node_modules/**', '**/dist/**'],
  },
})
