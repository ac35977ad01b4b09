/**
 * Which process wrote a file, told so that it can be found again, or known to have ended. A process number alone does not do:
 * the system gives it to another. What it is not: it ends nothing.
 */

import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** start of the system, and the space its process numbers are of; null where the system does not say */
  readonly boot: string | null;
  readonly space: string | null;
  /** start of the process, in ticks since the start of the system; null where the system does not say */
  readonly started: string | null;
}

/** Null where there is no such file, or nobody may read it. */
export function systemText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function linkText(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/** Fields of Linux's `stat` of a process, from its state on: the name before them may hold blanks and brackets. */
export function statFields(pid: number): string[] | null {
  const text = systemText(`/proc/${pid}/stat`);
  return text === null ? null : text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Position of the start in `statFields`; field 22 in proc(5). */
const START = 19;

export function identityOf(pid: number): ProcessIdentity {
  return {
    pid,
    host: hostname(),
    boot: systemText('/proc/sys/kernel/random/boot_id')?.trim() ?? null,
    space: linkText('/proc/self/ns/pid'),
    started: statFields(pid)?.[START] ?? null,
  };
}

let answering = process.pid;

/** Who started the command knows it by this process: it runs as long as the command does. */
export function answerAs(pid: number): void {
  answering = pid;
}

/** Of the process that the command is known by. */
export function ownIdentity(): ProcessIdentity {
  return identityOf(answering);
}

/** @returns null where `value` is none, as in a file that was cut off */
export function readIdentity(value: unknown): ProcessIdentity | null {
  const given = (value ?? {}) as Partial<ProcessIdentity>;
  const text = (part: unknown) => (typeof part === 'string' ? part : null);
  if (!Number.isSafeInteger(given.pid) || typeof given.host !== 'string') return null;
  const [boot, space, started] = [given.boot, given.space, given.started].map(text);
  return { pid: given.pid as number, host: given.host, boot, space, started };
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** `unknown`: it is of another machine or container, or the system cannot tell it from a later process of its number. */
export function stateOf(one: ProcessIdentity): 'runs' | 'ended' | 'unknown' {
  const here = identityOf(process.pid);
  if (one.host !== here.host) return 'unknown';
  if (one.boot !== here.boot) return 'ended';
  if (one.space !== here.space) return 'unknown';
  if (!isThere(one.pid)) return 'ended';
  // A zombie: in a container without an init nobody may ask for its status.
  if (statFields(one.pid)?.[0] === 'Z') return 'ended';
  const { started } = identityOf(one.pid);
  if (one.started === null || started === null)
    return [process.pid, answering].includes(one.pid) ? 'runs' : 'unknown';
  return one.started === started ? 'runs' : 'ended';
}
