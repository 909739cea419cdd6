import { defineConfig } from 'rolldown'

/**
 * Bundles what `tsc` has built: from some 350 files to a dozen, which halves the time to the first record. The
 * components stay files of their own, loaded only when a configuration uses them. `sdk` and `zod` are entries, so
 * that plugins share them with the command: see `src/plugin-imports.ts`.
 */
export default defineConfig({
  input: {
    main: 'dist/main.js',
    sdk: '@lacuna/sdk',
    zod: 'zod',
    // The storage's thread: it is started by this name, beside whatever chunk starts it.
    'storage-worker': '@lacuna/extension-storage/worker',
  },
  platform: 'node',
  // Libraries that load files of their own at run time, or are large and of use to few: they stay where npm puts them.
  external: ['pino', /^kafkajs/, '@grpc/grpc-js', /^@slack\//, 'lmdb', 'msgpackr'],
  output: { dir: 'dist/bundle', format: 'esm', cleanDir: true },
})
