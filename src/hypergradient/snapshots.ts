/**
 * Training states kept outside kernel memory: ordinary arrays, reused between calls, so that a trajectory is not
 * bound by the 4 GiB of one WebAssembly memory and pages are not faulted in again at every outer step.
 */

import type { TrainingState } from '../autodiff/index.js';
import type { FloatArray } from '../kernels/types.js';

interface Snapshot<A extends FloatArray> {
  readonly arrays: A[];
  step: number;
}

export class SnapshotPool<A extends FloatArray> {
  readonly #free: Snapshot<A>[] = [];
  #bytes = 0;

  /** Of all snapshots ever made: they are reused, never given up. */
  get bytes(): number {
    return this.#bytes;
  }

  take(state: TrainingState<A>): Snapshot<A> {
    const sources = arraysOf(state);
    const snapshot = this.#free.pop() ?? this.#create(sources);
    snapshot.arrays.forEach((target, i) => {
      target.set(sources[i]);
    });
    snapshot.step = state.step;
    return snapshot;
  }

  #create(sources: readonly A[]): Snapshot<A> {
    const arrays = sources.map((source) => emptyLike(source));
    this.#bytes += arrays.reduce((bytes, { byteLength }) => bytes + byteLength, 0);
    return { arrays, step: 0 };
  }

  restore(snapshot: Snapshot<A>, state: TrainingState<A>): void {
    arraysOf(state).forEach((target, i) => {
      target.set(snapshot.arrays[i]);
    });
    state.step = snapshot.step;
  }

  giveBack(snapshot: Snapshot<A>): void {
    this.#free.push(snapshot);
  }
}

function arraysOf<A extends FloatArray>(state: TrainingState<A>): A[] {
  return state.tables.flatMap((table) => [table.parameter, table.firstMoment, table.secondMoment]);
}

/** A private array of the same type and length (never a view of shared kernel memory). */
function emptyLike<A extends FloatArray>(source: A): A {
  return new (source.constructor as new (length: number) => A)(source.length);
}

/** Bytes of one snapshot. */
export function snapshotBytes<A extends FloatArray>(state: TrainingState<A>): number {
  return arraysOf(state).reduce((bytes, array) => bytes + array.byteLength, 0);
}
