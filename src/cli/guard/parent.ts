/**
 * Runs the command in a second Node and tells in clear words what no process can tell of itself: V8 ends one whose heap is full with a trace
 * and an abort, whatever it was at (decision 24). The command has the terminal, stdin and stdout of this process; only what Node and V8
 * write past the command, on descriptor 2, comes through here, so that the trace can be kept back.
 *
 * It imports nothing of the package but when the command died.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { RecauditError } from '../../errors.js';
import { GUARDED_SIGNALS, type SignalMessage } from './signal-message.js';

const argv = process.argv.slice(2);
const entry = fileURLToPath(new URL('child.js', import.meta.url));

/** Where the words of an abort begin. */
const ABORT = /^(?:<--- Last few GCs|FATAL ERROR: |# Fatal )/m;
/** All lines that are complete, without empty ones at the end: these may belong to an abort. */
const LINES = /^[\s\S]*[^\s#][^\n]*\n/;
/** What aborts end with: abort(), and V8's own traps. */
const ABORTS: readonly (NodeJS.Signals | null)[] = ['SIGABRT', 'SIGTRAP', 'SIGILL'];
/** Programs that the command left running may hold its descriptor 2 open. */
const DRAIN_MS = 500;

/** What was written on descriptor 2 since an abort began, or since the last line ended. */
let held = '';

function receive(text: string): void {
  held += text;
  if (ABORT.test(held)) return;
  const lines = LINES.exec(held)?.[0] ?? '';
  process.stderr.write(lines);
  held = held.slice(lines.length);
}

/** What ran out, where that is what V8's words say. */
async function shortageTold(): Promise<RecauditError | null> {
  const words = /^(?:FATAL ERROR: |# Fatal ).*/m.exec(held)?.[0];
  const { shortageOf } = await import('../../errors.js');
  return words === undefined ? null : shortageOf(new Error(words));
}

/** @returns the exit status */
async function afterDeath(signal: NodeJS.Signals): Promise<number> {
  // The command could not take its live line back, nor show the cursor again.
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K\u001b[?25h');
  const shortage = ABORTS.includes(signal) ? await shortageTold() : null;
  if (shortage !== null) {
    const { reportFailure } = await import('../failure.js');
    return reportFailure(shortage, argv);
  }
  process.stderr.write(held);
  // Whoever started this process sees the same death.
  for (const one of GUARDED_SIGNALS) process.removeAllListeners(one);
  process.kill(process.pid, signal);
  await pause(1000);
  return 128 + constants.signals[signal];
}

async function guard(): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, entry, ...argv], {
    stdio: [0, 1, 'pipe', 2, 'ipc'],
  });
  for (const signal of GUARDED_SIGNALS) {
    const message: SignalMessage = { signal };
    // Where the command has just ended there is nobody to tell.
    process.on(signal, () => child.connected && child.send(message, () => {}));
  }
  // Descriptor 2 of the command: its process.stderr is ours.
  // There is none where the second Node could not start.
  const raw: Readable | null | undefined = child.stderr;
  raw?.setEncoding('utf8').on('data', receive);
  const ended = raw ? once(raw, 'end') : undefined;
  const [status, signal]: [number | null, NodeJS.Signals | null] = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (...how) => resolve(how));
  });
  await Promise.race([ended, pause(DRAIN_MS)]);
  if (signal !== null) return afterDeath(signal);
  process.stderr.write(held);
  return status ?? 0;
}

process.stderr.on('error', () => {});
try {
  process.exit(await guard());
} catch (error) {
  const { reportFailure } = await import('../failure.js');
  process.exit(reportFailure(error, argv));
}
