/**
 * One engine: a worker thread that computes while the calling thread stays free to show progress and take Ctrl-C.
 * A worker that dies fails the job it ran; the next job gets a new worker. A program that a job runs ends with the
 * engine, whose process may end without its worker knowing.
 */

import { Worker } from 'node:worker_threads';
import type { ProgressEvent } from '../../compute.js';
import { RecauditError, shortageOf } from '../../errors.js';
import { signalGroup } from '../command/run-command.js';
import {
  type EngineMessage,
  type EngineOptions,
  type EngineStart,
  errorOf,
  type JobRequest,
} from './messages.js';

/** The jobs of this package. */
export const PACKAGE_JOBS = new URL('../jobs/jobs.js', import.meta.url).href;

/** Engines with a worker. */
const started = new Set<{ endProgram(): void }>();

process.on('exit', () => {
  for (const engine of started) engine.endProgram();
});

interface Running {
  readonly onProgress: (event: ProgressEvent) => void;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

export class Engine {
  readonly #options: EngineOptions;
  readonly #control = new SharedArrayBuffer(12);
  #worker: Worker | undefined;
  #running: Running | undefined;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.allow(options.threads);
  }

  /** Sets how many of its threads the engine may use from its next kernel on, also of the job that runs. */
  allow(threads: number): void {
    Atomics.store(new Int32Array(this.#control), 2, threads);
  }

  /**
   * Runs one job; one at a time.
   *
   * @throws the job's RecauditError; `internal` when the worker dies
   * @example await engine.run({ job: 'task', input, checkpointPath: null }, (event) => bar.update(event))
   */
  run(request: JobRequest, onProgress: (event: ProgressEvent) => void = () => {}): Promise<unknown> {
    if (this.#running !== undefined) throw new RecauditError('internal', 'engine: it already runs a job');
    const worker = this.#worker ?? this.#start();
    return new Promise((resolve, reject) => {
      this.#running = { onProgress, resolve, reject };
      worker.ref();
      worker.postMessage(request);
    });
  }

  /** Asks the running job, and any later one, to stop at its next safe point. */
  stop(): void {
    Atomics.store(new Int32Array(this.#control), 0, 1);
  }

  /** Kills the program that the running job has started, if any, with its whole process group. */
  endProgram(): void {
    const group = Atomics.exchange(new Int32Array(this.#control), 1, 0);
    if (group !== 0) signalGroup(group, 'SIGKILL');
  }

  /** Ends the worker at once. */
  async dispose(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    this.#finish((running) => running.reject(new RecauditError('interrupted', 'engine: disposed')));
    await worker?.terminate();
    this.endProgram();
    started.delete(this);
  }

  #start(): Worker {
    const workerData: EngineStart = { ...this.#options, control: this.#control };
    const worker = new Worker(new URL('./engine-entry.js', import.meta.url), { workerData });
    worker.on('message', (message: EngineMessage) => this.#receive(message));
    worker.on('error', (error) => this.#lost(worker, error));
    worker.on('exit', (code) => this.#lost(worker, new Error(`its worker ended with status ${code}`)));
    this.#worker = worker;
    started.add(this);
    return worker;
  }

  #receive(message: EngineMessage): void {
    switch (message.kind) {
      case 'progress':
        this.#running?.onProgress(message.event);
        break;
      case 'result':
        this.#finish((running) => running.resolve(message.result));
        break;
      case 'failure':
        this.#finish((running) => running.reject(errorOf(message.failure)));
        break;
      default:
        message satisfies never;
    }
  }

  #lost(worker: Worker, cause: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.endProgram();
    const error =
      shortageOf(cause) ??
      new RecauditError('internal', `worker: expected it to finish, but ${cause.message}`, { cause });
    if (cause.stack !== undefined) error.stack = cause.stack;
    this.#finish((running) => running.reject(error));
  }

  #finish(settle: (running: Running) => void): void {
    const running = this.#running;
    this.#running = undefined;
    this.#worker?.unref();
    if (running !== undefined) settle(running);
  }
}
