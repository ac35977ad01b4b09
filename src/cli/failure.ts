/** One clear message and the right exit status for every failure; never a stack trace for what a user caused. */

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT_STATUS, RecauditError, shortageOf } from '../errors.js';
import { storageError } from '../execution/files/atomic-file.js';
import { inert } from '../text/names.js';

/** Exit statuses after these signals, as shells have them: 128 + their numbers. */
const TERMINATED: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 129, SIGTERM: 143 };

let terminated: number | undefined;

/** From here on, work that ends as interrupted was stopped by this signal. */
export function noteTermination(signal: NodeJS.Signals): void {
  terminated = TERMINATED[signal];
}

/** Undefined where no such signal came. */
export function terminationStatus(): number | undefined {
  return terminated;
}

/** One failed task as a JSON document tells it. */
export interface ToldFailure {
  readonly key: string;
  readonly label: string;
  readonly code: string;
  readonly message: string;
}

const tasksBehind = new WeakMap<Error, readonly ToldFailure[]>();

/** Remembers every failed task behind an error, so that its JSON document holds them all. */
export function noteFailedTasks(error: Error, failed: readonly ToldFailure[]): void {
  tasksBehind.set(error, failed);
}

const UNWRITABLE = ['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO'];

/** A write to an open stream names no path: that is stdout, since every file has a name. */
function asStorage(error: Error): Error {
  const { syscall, code = '', path } = error as NodeJS.ErrnoException;
  const onStdout = syscall === 'write' && path === undefined && UNWRITABLE.includes(code);
  return onStdout && !(error instanceof RecauditError) ? storageError('standard output', error) : error;
}

/** An internal error's trace goes to a file, or to stderr with RECAUDIT_DEBUG=1. */
function internalHint(error: Error): string {
  const trace = error.stack ?? String(error);
  if (process.env.RECAUDIT_DEBUG === '1') return `\n${trace}`;
  try {
    // A name that nobody can foresee: a link of that name would lead the trace elsewhere.
    const path = join(mkdtempSync(join(tmpdir(), 'recaudit-error-')), 'trace.log');
    writeFileSync(path, `${trace}\n`, { flag: 'wx' });
    return `. The trace is in ${path}`;
  } catch {
    return '. Set RECAUDIT_DEBUG=1 to see the trace';
  }
}

const LONGEST_MESSAGE = 4000;

/** A message may quote anything: ids of the data, the output of a command. An internal error keeps its trace. */
function shownMessage(message: string): string {
  const text = inert(message, '\n\t');
  const half = LONGEST_MESSAGE / 2;
  return text.length <= LONGEST_MESSAGE ? text : `${text.slice(0, half)} ... ${text.slice(-half)}`;
}

/** Writes the failure to stderr (and to stdout under --json), and returns the exit status. */
export function reportFailure(thrown: unknown, argv: readonly string[]): number {
  const given = thrown instanceof Error ? thrown : new Error(String(thrown));
  const shortage = shortageOf(given);
  const error = shortage ?? asStorage(given);
  const code = error instanceof RecauditError ? error.code : 'internal';
  const internal = code === 'internal';
  const message = internal ? `internal error: ${error.message}${internalHint(error)}` : error.message;
  process.stderr.write(`recaudit: ${shownMessage(message)}\n`);
  if (!internal && process.env.RECAUDIT_DEBUG === '1') process.stderr.write(`${error.stack}\n`);
  const failed = tasksBehind.get(error);
  // A stdout that could not take the result takes no error either.
  if ((shortage !== null || error === given) && (argv.includes('--json') || argv.includes('--jsonl')))
    process.stdout.write(
      `${JSON.stringify({ schemaVersion: 1, error: { code, message: error.message }, ...(failed && { failed }) })}\n`,
    );
  return code === 'interrupted' ? (terminated ?? EXIT_STATUS[code]) : EXIT_STATUS[code];
}
