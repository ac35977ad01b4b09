/** One clear message and the right exit status for every failure; never a stack trace for what a user caused. */

import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT_STATUS, RecauditError } from '../errors.js';

/** An internal error's trace goes to a file, or to stderr with RECAUDIT_DEBUG=1. */
function internalHint(error: Error): string {
  const trace = error.stack ?? String(error);
  if (process.env.RECAUDIT_DEBUG === '1') return `\n${trace}`;
  const path = join(tmpdir(), `recaudit-error-${process.pid}.log`);
  try {
    writeFileSync(path, `${trace}\n`);
    return `. The trace is in ${path}`;
  } catch {
    return '. Set RECAUDIT_DEBUG=1 to see the trace';
  }
}

/** Writes the failure to stderr (and to stdout under --json), and returns the exit status. */
export function reportFailure(thrown: unknown, argv: readonly string[]): number {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const code = error instanceof RecauditError ? error.code : 'internal';
  const internal = code === 'internal';
  const message = internal ? `internal error: ${error.message}${internalHint(error)}` : error.message;
  process.stderr.write(`recaudit: ${message}\n`);
  if (!internal && process.env.RECAUDIT_DEBUG === '1') process.stderr.write(`${error.stack}\n`);
  if (argv.includes('--json') || argv.includes('--jsonl'))
    process.stdout.write(
      `${JSON.stringify({ schemaVersion: 1, error: { code, message: error.message } })}\n`,
    );
  return EXIT_STATUS[code];
}
