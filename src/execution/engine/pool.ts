/**
 * Runs a graph of tasks on a few engines, which share the cores: whenever a task starts or ends, every engine is told how
 * many threads it may use (`layout.ts`). What the store holds is not computed again; a task that fails costs only itself
 * and the tasks that need its result.
 *
 * What it is not: it knows no audit; a task is a key, a payload and the keys it builds on.
 */

import type { ProgressEvent } from '../../compute.js';
import { interrupted, RecauditError } from '../../errors.js';
import type { RunRecord, RunStore, StoredResult } from '../files/store.js';
import { availableBytes, MemoryWatch, versions } from '../resources.js';
import { Engine } from './engine.js';
import { type Layout, mayStart, type Running, shareCores, type TaskDemand } from './layout.js';
import type { EngineOptions } from './messages.js';

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
  readonly layout: Layout;
  readonly engine: Omit<EngineOptions, 'threads'>;
  /** what each task asks for, by key; default: all alike, and no memory */
  readonly demands?: ReadonlyMap<string, TaskDemand>;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: TaskEvent) => void;
}

/** Failures that concern the whole run, not one task. */
const FATAL: readonly string[] = ['interrupted', 'storage'];

const UNKNOWN_DEMAND: TaskDemand = { operations: 1, bytes: 0, fixed: false };

/** A task on its engine. */
interface Placed extends Running {
  readonly node: TaskNode;
  readonly engine: Engine;
  threads: number;
}

/** The state of one `runGraph` call. */
class GraphRun {
  readonly results = new Map<string, unknown>();
  readonly runs = new Map<string, RunRecord>();
  readonly failed: FailedTask[] = [];
  readonly #options: GraphOptions;
  readonly #memory = availableBytes();
  readonly #engines: Engine[] = [];
  #waiting: TaskNode[];
  #running: Placed[] = [];
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

  /** Runs all tasks. */
  async work(): Promise<void> {
    const computing = new Set<Promise<void>>();
    for (;;) {
      for (const placed of this.#startable()) {
        const one = this.#compute(placed).then(() => {
          computing.delete(one);
        });
        computing.add(one);
      }
      if (computing.size === 0) break;
      await Promise.race(computing);
    }
    if (this.#fatal !== undefined) throw this.#fatal;
  }

  /** Asks all engines to stop at their next safe point. */
  stop(): void {
    for (const engine of this.#engines) engine.stop();
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#engines.map((engine) => engine.dispose()));
  }

  /** Places every task that may start now, and divides the cores anew. */
  #startable(): Placed[] {
    this.#dropHopeless();
    const placed: Placed[] = [];
    for (let node = this.#next(); node !== undefined; node = this.#next()) {
      const started = { node, engine: this.#freeEngine(), demand: this.#demandOf(node), threads: 0 };
      this.#waiting = this.#waiting.filter((other) => other !== node);
      this.#running.push(started);
      placed.push(started);
    }
    const shares = shareCores(this.#running, this.#options.layout);
    for (const [index, task] of this.#running.entries()) {
      task.threads = shares[index];
      task.engine.allow(shares[index]);
    }
    return placed;
  }

  #next(): TaskNode | undefined {
    if (this.#fatal !== undefined) return undefined;
    return this.#waiting.find(
      (node) =>
        node.needs.every((key) => this.results.has(key)) &&
        mayStart(this.#demandOf(node), this.#running, this.#options.layout, this.#memory),
    );
  }

  #demandOf({ key }: TaskNode): TaskDemand {
    return this.#options.demands?.get(key) ?? UNKNOWN_DEMAND;
  }

  #freeEngine(): Engine {
    const busy = new Set(this.#running.map(({ engine }) => engine));
    const free = this.#engines.find((engine) => !busy.has(engine));
    if (free !== undefined) return free;
    const { engine, layout } = this.#options;
    const added = new Engine({ ...engine, threads: layout.threads });
    this.#engines.push(added);
    return added;
  }

  async #compute(placed: Placed): Promise<void> {
    const { node, engine } = placed;
    const { store, onEvent } = this.#options;
    const { key, label } = node;
    onEvent?.({ kind: 'started', key, label });
    const before = store.secondsBefore(key);
    const started = performance.now();
    const memory = new MemoryWatch();
    try {
      const inputs = Object.fromEntries(node.needs.map((need) => [need, this.results.get(need)]));
      const input = { payload: node.payload, inputs };
      const result = await engine.run(
        { job: node.job, input, checkpointPath: store.checkpointPath(key), logPath: store.logPath(key) },
        (event) => onEvent?.({ kind: 'progress', key, label, event }),
      );
      const seconds = before + (performance.now() - started) / 1000;
      const run = { seconds, peakResidentBytes: memory.stop(), versions: versions() };
      this.#keep(store.save({ key, task: node.payload, result, run }));
      onEvent?.({ kind: 'finished', key, label, seconds });
    } catch (error) {
      this.#fail(node, error as RecauditError);
    } finally {
      memory.stop();
      this.#running = this.#running.filter((other) => other !== placed);
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

/**
 * Runs every task whose result is not stored yet.
 *
 * @returns results of all tasks that have one, and the failures of the others
 * @throws RecauditError('interrupted') when the signal fires, `storage` when a result cannot be written
 */
export async function runGraph(nodes: readonly TaskNode[], options: GraphOptions): Promise<GraphOutcome> {
  const run = new GraphRun(nodes, options);
  const memory = new MemoryWatch();
  const stop = () => run.stop();
  options.signal?.addEventListener('abort', stop, { once: true });
  try {
    if (options.signal?.aborted) throw interrupted('run');
    await run.work();
    return { results: run.results, runs: run.runs, failed: run.failed, peakResidentBytes: memory.stop() };
  } finally {
    memory.stop();
    options.signal?.removeEventListener('abort', stop);
    await run.dispose();
  }
}
