/** How much of the work is done, and how long the rest may take. Draws nothing. */

import type { ProgressEvent } from '../compute.js';
import type { TaskEvent } from '../execution/engine/pool.js';

/** A phase that wraps others in a task: only it says how far the task is. */
const OUTER = 'outer step';

export class WorkMeter {
  #weights: ReadonlyMap<string, number> = new Map();
  readonly #shares = new Map<string, number>();
  readonly #hasOuter = new Set<string>();
  readonly #over = new Set<string>();
  #single = 0;
  #doneBefore = 0;
  #started = performance.now();

  begin(): void {
    this.#single = 0;
    this.#started = performance.now();
  }

  plan(weights: ReadonlyMap<string, number>): void {
    this.#weights = weights;
    this.#shares.clear();
    this.#over.clear();
    this.#doneBefore = 0;
    this.#started = performance.now();
  }

  single(event: ProgressEvent): void {
    this.#single = event.done / event.total;
  }

  task(event: TaskEvent): void {
    if (event.kind === 'progress') {
      if (this.isDetail(event.key, event.event)) return;
      this.#shares.set(event.key, event.event.done / event.event.total);
    } else if (event.kind !== 'started') {
      this.#shares.set(event.key, 1);
      this.#over.add(event.key);
    }
    if (event.kind === 'stored') this.#doneBefore = this.share();
  }

  /** Whether an event belongs to a phase inside an outer one. */
  isDetail(task: string, event: ProgressEvent): boolean {
    if (event.phase === OUTER) this.#hasOuter.add(task);
    return this.#hasOuter.has(task) && event.phase !== OUTER;
  }

  /** Share of the work done, by weight, in [0, 1]. */
  share(): number {
    if (this.#weights.size === 0) return this.#single;
    let done = 0;
    let all = 0;
    for (const [key, weight] of this.#weights) {
      all += weight;
      done += weight * (this.#shares.get(key) ?? 0);
    }
    return all === 0 ? 1 : done / all;
  }

  /** Seconds to go at the pace so far; null while there is too little to judge by. */
  secondsLeft(): number | null {
    const gained = this.share() - this.#doneBefore;
    const elapsed = (performance.now() - this.#started) / 1000;
    if (gained < 0.01 || elapsed < 0.5) return null;
    return (elapsed / gained) * (1 - this.share());
  }

  counts(): string {
    return `${this.#over.size}/${this.#weights.size}`;
  }
}
