import { defineConfig } from 'vitest/config';

/** Levels are in the file names: `.unit`, `.prop` (properties), `.contract`, `.int` (real Postgres), `.e2e` (over HTTP). */
export default defineConfig({
  test: {
    include: ['test/**/*.spec.ts'],
    exclude: ['test/bench/**', 'node_modules/**'],
    pool: 'forks',
    globalSetup: ['test/support/postgres-global-setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: ['domain/**', 'application/**', 'adapters/**', 'projections/**'],
      reporter: ['text-summary', 'html', 'lcov'],
    },
  },
});
