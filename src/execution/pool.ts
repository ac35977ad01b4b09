/**
 * Runs a graph of tasks on a few engines. What the store holds is not computed again; a task that fails costs only
 * itself and the tasks that need its result.
 *
 * What it is not: it knows no audit; a task is a key, a payload and the keys it builds on.
 */

import { interrupted, RecauditError } from '../errors.js';
import type { ProgressEvent } from '../recommenders/types.js';
import { Engine } from './engine.js';
import type { EngineOptions } from './messages.js';
import { MemoryWatch, versions } from './resources.js';
import type { RunRecord, RunStore, StoredResult } from './store.js';

/** One task of the graph. */
export interface TaskNode {
  /** hash of everything the result depends on */
  readonly key: string;
  /** a few words for people */
  readonly label: string;
  /** keys whose results it needs */
  readonly needs: readonly string[];
  /** name of the job, and its input; the results needed are added as `inputs` */
  readonly job: string;
  readonly payload: unknown;
}

export type TaskEvent =
  | { readonly kind: 'stored'; readonly key: string; readonly label: string }
  | { readonly kind: 'started'; readonly key: string; readonly label: string }
  | { readonly kind: 'progress'; readonly key: string; readonly label: string; readonly event: ProgressEvent }
  | { readonly kind: 'finished'; readonly key: string; readonly label: string; readonly seconds: number }
  | { readonly kind: 'failed'; readonly key: string; readonly label: string; readonly message: string };

export interface FailedTask {
  readonly key: string;
  readonly label: string;
  readonly error: RecauditError;
}

export interface GraphOutcome {
  /** by key, in no order */
  readonly results: ReadonlyMap<string, unknown>;
  /** how each result came about, then or now */
  readonly runs: ReadonlyMap<string, RunRecord>;
  readonly failed: readonly FailedTask[];
  /** most memory the process tree held meanwhile */
  readonly peakResidentBytes: number;
}

export interface GraphOptions {
  readonly store: RunStore;
  readonly jobs: number;
  readonly engine: EngineOptions;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: TaskEvent) => void;
}

/** Failures that concern the whole run, not one task. */
const FATAL: readonly string[] = ['interrupted', 'storage'];

/** The state of one `runGraph` call. */
class GraphRun {
  readonly results = new Map<string, unknown>();
  readonly runs = new Map<string, RunRecord>();
  readonly failed: FailedTask[] = [];
  readonly #options: GraphOptions;
  #waiting: TaskNode[];
  #fatal: RecauditError | undefined;

  constructor(nodes: readonly TaskNode[], options: GraphOptions) {
    this.#options = options;
    const keys = new Set(nodes.map(({ key }) => key));
    const lost = nodes.find(({ needs }) => needs.some((need) => !keys.has(need)));
    if (lost !== undefined)
      throw new RecauditError(
        'internal',
        `tasks: expected every needed task in the graph, "${lost.label}" needs another`,
      );
    this.#waiting = nodes.filter((node) => !this.#fromStore(node));
  }

  #fromStore({ key, label }: TaskNode): boolean {
    const stored = this.#options.store.load(key);
    if (stored === null) return false;
    this.#keep(stored);
    this.#options.onEvent?.({ kind: 'stored', key, label });
    return true;
  }

  #keep({ key, result, run }: StoredResult): void {
    this.results.set(key, result);
    this.runs.set(key, run);
  }

  /** Takes tasks until none is left that could run; `wake` resolves when another engine finished one. */
  async work(engine: Engine, wake: () => Promise<void>, done: () => void): Promise<void> {
    while (this.#fatal === undefined) {
      this.#dropHopeless();
      const index = this.#waiting.findIndex((node) => node.needs.every((key) => this.results.has(key)));
      if (index >= 0) {
        const [node] = this.#waiting.splice(index, 1);
        await this.#compute(engine, node);
        done();
      } else if (this.#waiting.length > 0) await wake();
      else break;
    }
    done();
    if (this.#fatal !== undefined) throw this.#fatal;
  }

  async #compute(engine: Engine, node: TaskNode): Promise<void> {
    const { store, onEvent } = this.#options;
    const { key, label } = node;
    onEvent?.({ kind: 'started', key, label });
    const started = performance.now();
    const memory = new MemoryWatch();
    try {
      const inputs = Object.fromEntries(node.needs.map((need) => [need, this.results.get(need)]));
      const input = { payload: node.payload, inputs };
      const result = await engine.run(
        { job: node.job, input, checkpointPath: store.checkpointPath(key), logPath: store.logPath(key) },
        (event) => onEvent?.({ kind: 'progress', key, label, event }),
      );
      const seconds = (performance.now() - started) / 1000;
      const run = { seconds, peakResidentBytes: memory.stop(), versions: versions() };
      this.#keep(store.save({ key, task: node.payload, result, run }));
      onEvent?.({ kind: 'finished', key, label, seconds });
    } catch (error) {
      memory.stop();
      this.#fail(node, error as RecauditError);
    }
  }

  #fail({ key, label }: TaskNode, error: RecauditError): void {
    if (FATAL.includes(error.code)) {
      this.#fatal ??= error;
      return;
    }
    this.failed.push({ key, label, error });
    this.#options.onEvent?.({ kind: 'failed', key, label, message: error.message });
  }

  /** Fails what waits for a failed task. */
  #dropHopeless(): void {
    for (let found = true; found; ) {
      const failedKeys = new Set(this.failed.map(({ key }) => key));
      const hopeless = this.#waiting.find((node) => node.needs.some((key) => failedKeys.has(key)));
      found = hopeless !== undefined;
      if (hopeless === undefined) continue;
      const cause = this.failed.find(({ key }) => hopeless.needs.includes(key)) as FailedTask;
      this.#waiting = this.#waiting.filter((node) => node !== hopeless);
      this.#fail(hopeless, new RecauditError('tasks', `not run: it needs "${cause.label}", which failed`));
    }
  }
}

/** A repeating condition: `wait` resolves at the next `notify`. */
function condition(): { wait: () => Promise<void>; notify: () => void } {
  let waiters: (() => void)[] = [];
  return {
    wait: () => new Promise((resolve) => waiters.push(resolve)),
    notify: () => {
      const woken = waiters;
      waiters = [];
      for (const wakeUp of woken) wakeUp();
    },
  };
}

/**
 * Runs every task whose result is not stored yet.
 *
 * @returns results of all tasks that have one, and the failures of the others
 * @throws RecauditError('interrupted') when the signal fires, `storage` when a result cannot be written
 */
export async function runGraph(nodes: readonly TaskNode[], options: GraphOptions): Promise<GraphOutcome> {
  const run = new GraphRun(nodes, options);
  const memory = new MemoryWatch();
  const waiting = nodes.length - run.results.size;
  const engines = Array.from({ length: Math.min(options.jobs, waiting) }, () => new Engine(options.engine));
  const stop = () => {
    for (const engine of engines) engine.stop();
  };
  options.signal?.addEventListener('abort', stop, { once: true });
  const { wait, notify } = condition();
  try {
    if (options.signal?.aborted) throw interrupted('run');
    const ended = await Promise.allSettled(engines.map((engine) => run.work(engine, wait, notify)));
    const broken = ended.find((end) => end.status === 'rejected');
    if (broken !== undefined) throw broken.reason;
    return { results: run.results, runs: run.runs, failed: run.failed, peakResidentBytes: memory.stop() };
  } finally {
    memory.stop();
    options.signal?.removeEventListener('abort', stop);
    await Promise.all(engines.map((engine) => engine.dispose()));
  }
}
