/**
 * Runs a program that may do anything: hang, crash, print without end, leave processes behind. It gets a process group
 * of its own, which ends with it. What it is not: it knows neither placeholders nor lists.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import type { BoundedLog } from './bounded-log.js';

const POLL_MS = 100;
const SECOND_MS = 1000;
/** how long a program asked to end may take for it */
const GRACE_MS = 2000;
/** how long output may come in after the program ended: a process that left its group can hold the pipes open */
const DRAIN_MS = 500;

export interface RunCommand {
  /** program and arguments */
  readonly words: readonly string[];
  readonly timeoutSeconds: number;
  /** beside this process's own */
  readonly environment?: Readonly<Record<string, string>>;
  /** asked every tenth of a second, as it may be one that tells nobody */
  readonly signal?: Pick<AbortSignal, 'aborted'>;
  readonly log: BoundedLog;
  /** told once a second */
  readonly onSecond?: (seconds: number) => void;
  /** told the process group while there is one, then null */
  readonly onGroup?: (group: number | null) => void;
}

export type CommandEnd =
  | { readonly kind: 'exited'; readonly status: number }
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'not-started'; readonly code: string; readonly reason: string }
  | { readonly kind: 'timeout' | 'aborted' };

/** Sends a signal to a process group; one that is gone already, or took another user's rights, is left. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['ESRCH', 'EPERM'].includes(code)) throw error;
  }
}

type Ended = Extract<CommandEnd, { kind: 'exited' | 'killed' | 'not-started' }>;

/** Resolves when the program itself has ended, whoever still holds its output. */
function ended(child: ChildProcess): Promise<Ended> {
  return new Promise((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (child.pid === undefined)
        resolve({ kind: 'not-started', code: error.code ?? '', reason: error.message });
    });
    child.on('exit', (status, signal) =>
      resolve(signal === null ? { kind: 'exited', status: status ?? 0 } : { kind: 'killed', signal }),
    );
  });
}

/** Watches the clock and the signal, and ends the group where it must; gives why, or null. */
class Watch {
  why: 'timeout' | 'aborted' | null = null;
  readonly #timer: NodeJS.Timeout;
  readonly #group: number;
  readonly #run: RunCommand;
  readonly #started = performance.now();
  #told = 0;
  #askedAt = 0;

  constructor(group: number, run: RunCommand) {
    this.#group = group;
    this.#run = run;
    this.#timer = setInterval(() => this.#look(), POLL_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const { timeoutSeconds, signal, onSecond } = this.#run;
    const elapsed = performance.now() - this.#started;
    if (this.why !== null) {
      if (elapsed - this.#askedAt > GRACE_MS) signalGroup(this.#group, 'SIGKILL');
      return;
    }
    if (signal?.aborted === true) this.#end('aborted', elapsed);
    else if (elapsed > timeoutSeconds * SECOND_MS) this.#end('timeout', elapsed);
    else if (elapsed >= (this.#told + 1) * SECOND_MS) onSecond?.(++this.#told);
  }

  #end(why: 'timeout' | 'aborted', elapsed: number): void {
    this.why = why;
    this.#askedAt = elapsed;
    signalGroup(this.#group, 'SIGTERM');
  }
}

/** Runs it to its end. Everything left of its process group is killed then. */
export async function runCommand(run: RunCommand): Promise<CommandEnd> {
  const [program, ...parameters] = run.words;
  const env = { ...process.env, ...run.environment };
  const child = spawn(program, parameters, { detached: true, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = ended(child);
  const group = child.pid;
  if (group === undefined) return end;
  run.onGroup?.(group);
  const watch = new Watch(group, run);
  const closed = new Promise((resolve) => child.on('close', resolve));
  child.stdout.on('data', (chunk: Buffer) => run.log.write(chunk));
  child.stderr.on('data', (chunk: Buffer) => run.log.write(chunk));
  try {
    const how = await end;
    signalGroup(group, 'SIGKILL');
    await Promise.race([closed, setTimeout(DRAIN_MS, undefined, { ref: false })]);
    return watch.why === null ? how : { kind: watch.why };
  } finally {
    watch.stop();
    run.onGroup?.(null);
    child.stdout.destroy();
    child.stderr.destroy();
  }
}
