import { defineConfig } from 'vitest/config';

// Tests import the built package (../dist): what is tested is what ships, worker threads and
// WebAssembly included. `npm test` builds first. `.ci/run` names a file for the JSON report.
const report = process.env.RECAUDIT_TEST_REPORT;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    ...(report ? { reporters: ['default', 'json'], outputFile: { json: report } } : {}),
  },
});
