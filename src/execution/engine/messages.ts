/** What the main thread and an engine worker say to each other, and what a job may use. */

import type { Checkpoint, ProgressEvent } from '../../compute.js';
import { type ErrorCode, RecauditError, shortageOf } from '../../errors.js';
import type { Kernels } from '../../kernels/types.js';
import type { Plugin } from '../../registries.js';

/** How a worker computes. */
export interface EngineOptions {
  /** the most that its kernels may use */
  readonly threads: number;
  readonly kernels: 'auto' | 'native' | 'simd' | 'fma' | 'reference';
  /** files of plug-ins, loaded in the worker too */
  readonly plugins?: readonly string[];
  /** module that exports `jobs` */
  readonly jobs: string;
  /** interaction data and the like, on SharedArrayBuffers */
  readonly shared: unknown;
}

export interface EngineStart extends EngineOptions {
  /** three Int32: not 0 asks the running job to stop; process group of the command that the job runs, 0 for none; threads allowed now */
  readonly control: SharedArrayBuffer;
}

/** What a job gets. `kernels` starts the kernels on first use. */
export interface JobContext {
  readonly shared: unknown;
  readonly signal: AbortSignal;
  readonly checkpoint: Checkpoint;
  readonly onProgress: (event: ProgressEvent) => void;
  /** threads that the job may use, as it starts */
  readonly threads: number;
  /** file for what the job's own processes print; null: it is not kept */
  readonly logPath: string | null;
  /** tells the process group of a program while it runs, then null: it must not outlive this process */
  readonly onGroup: (group: number | null) => void;
  readonly kernels: () => Promise<Kernels<Float32Array>>;
  /** members of the nouns from outside this package */
  readonly plugins: () => Promise<readonly Plugin[]>;
}

/** Work by name: a function of its input alone (and of the shared data that the key covers). */
export type Job = (input: never, context: JobContext) => Promise<unknown>;

export interface JobRequest {
  readonly job: string;
  readonly input: unknown;
  /** file of the job's resumable state; null: it cannot resume */
  readonly checkpointPath: string | null;
  /** file for what the job's own processes print */
  readonly logPath?: string | null;
}

export interface JobFailure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly stack?: string;
}

export type EngineMessage =
  | { readonly kind: 'progress'; readonly event: ProgressEvent }
  | { readonly kind: 'result'; readonly result: unknown }
  | { readonly kind: 'failure'; readonly failure: JobFailure };

/** An error as plain data; what is not a `RecauditError` is an internal one. */
export function failureOf(error: unknown): JobFailure {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? error.stack : undefined;
  const short = shortageOf(error);
  if (short !== null) return { code: short.code, message: short.message, ...(stack && { stack }) };
  const code = error instanceof RecauditError ? error.code : 'internal';
  return stack === undefined ? { code, message } : { code, message, stack };
}

/** The error of a failure that came from a worker, with the worker's stack. */
export function errorOf({ code, message, stack }: JobFailure): RecauditError {
  const error = new RecauditError(code, message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
