#!/usr/bin/env node
// Starts the built command line; says what to do in a checkout that was not built.
import { existsSync } from 'node:fs';

const entry = new URL('../dist/cli/main.js', import.meta.url);
const guard = new URL('../dist/cli/guard/parent.js', import.meta.url);

/** Help and the version need no guard, Windows has no descriptor 3 to give, and a debugger wants the process that does the work. */
function guarded() {
  const words = process.argv.slice(2);
  const told = words.length === 0 || words.some((word) => /^(-h|--help|-V|--version)$/.test(word));
  const debugged = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].some((option) =>
    /--inspect/.test(option),
  );
  return !told && !debugged && process.platform !== 'win32';
}

if (!existsSync(entry)) {
  process.stderr.write('recaudit: expected the built files in dist/, found none. Run `npm ci` first\n');
  process.exitCode = 2;
} else {
  await import('../dist/execution/module-files.js');
  await import((guarded() ? guard : entry).href);
}
