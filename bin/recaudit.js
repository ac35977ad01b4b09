#!/usr/bin/env node
// Starts the built command line; says what to do in a checkout that was not built.
import { existsSync } from 'node:fs';

const entry = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(entry)) {
  await import('../dist/execution/module-files.js');
  await import(entry.href);
} else {
  process.stderr.write('recaudit: expected the built files in dist/, found none. Run `npm ci` first\n');
  process.exitCode = 2;
}
