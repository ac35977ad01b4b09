import { defineConfig } from 'vitest/config';

// Tests import the built package (../dist): what is tested is what ships, worker threads and
// WebAssembly included. `npm test` builds first.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
