/**
 * What every computation takes and what it costs: kernels, a signal, progress, a checkpoint; operations and bytes; and how it
 * lets messages in. What it is not: it computes nothing and names no model.
 */

import type { Kernels } from './kernels/types.js';

/** What long computations report. `done` of `total` units of `phase`; metrics are current values. */
export interface ProgressEvent {
  readonly phase: string;
  readonly done: number;
  readonly total: number;
  readonly metrics?: Readonly<Record<string, number>>;
}

/** One resumable state: JSON values. `save` replaces what was there, atomically. */
export interface Checkpoint {
  load(): unknown;
  save(state: unknown): void;
}

/** What compute functions get from their caller. */
export interface ComputeContext {
  /** where a long computation keeps what it needs to resume; absent: it starts over */
  readonly checkpoint?: Checkpoint;
  readonly kernels: Kernels<Float32Array>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: ProgressEvent) => void;
  /** most bytes of training states that a hypergradient keeps (see `hypergradient`); changes no result */
  readonly trajectoryBytes?: number;
}

/** Sizes of what a recommender trains on, fake users included. */
export interface TrainingShape {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  /** sums of squared clicks over users and over items, where they are known: how uneven the clicks are */
  readonly squares?: { readonly users: number; readonly items: number };
}

/** Bytes of kernel memory: in use, and at most. */
export interface KernelMemory {
  readonly used: number;
  readonly limit: number;
}

/** What fitting takes: arithmetic operations (multiply and add separately) and bytes held at once. Estimates. */
export interface Cost {
  /** null where nobody can tell, as with a user's own command */
  readonly operations: number | null;
  readonly bytes: number;
  /** beside the operations: seconds of plain code on one thread, which no kernel speeds up */
  readonly plainSeconds?: number;
}

/** How the rest of a computation is put behind what waits already. Node has a function for it, browsers have not. */
type Postpone = (goOn: () => void) => void;

const { setImmediate: postponeInNode } = globalThis as { setImmediate?: Postpone };

/** By a message to oneself: a timer would wait for milliseconds. */
function postponeByMessage(): Postpone {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return (goOn) => {
    waiting.push(goOn);
    port2.postMessage(null);
  };
}

let postpone: Postpone | undefined = postponeInNode;

/** Lets messages, timers and signals in, then goes on. Changes no result. */
export async function letMessagesIn(): Promise<void> {
  postpone ??= postponeByMessage();
  const here = postpone;
  await new Promise<void>((goOn) => here(goOn));
}
