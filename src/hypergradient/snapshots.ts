/**
 * Training states of a trajectory, reused between calls, so that pages are not faulted in again at every outer step.
 *
 * They are kept in kernel memory, where the thread team copies them and a step is differentiated at a kept state
 * without a copy back, up to half of what the kernels may hold; the others are ordinary arrays, so that a trajectory is
 * not bound by the 4 GiB of one WebAssembly memory.
 */

import type { TrainingState } from '../autodiff/index.js';
import type { AdamState, FloatArray, Kernels } from '../kernels/types.js';

/** Share of the most kernel memory there can be that states may fill, with all else in use when they are made. */
const RESIDENT_SHARE = 0.5;

export interface Snapshot<A extends FloatArray> {
  readonly state: TrainingState<A>;
  /** in kernel memory */
  readonly resident: boolean;
}

/** Owns the states it makes: call `release` at the end. */
export class SnapshotPool<A extends FloatArray> {
  readonly #kernels: Kernels<A>;
  readonly #all: Snapshot<A>[] = [];
  readonly #free: Snapshot<A>[] = [];
  #bytes = 0;
  #residentBytes = 0;

  constructor(kernels: Kernels<A>) {
    this.#kernels = kernels;
  }

  /** Of all snapshots ever made: they are reused, and given up by `release` only. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Of those in kernel memory: what the kernels' own account has of them. */
  get residentBytes(): number {
    return this.#residentBytes;
  }

  take(state: TrainingState<A>): Snapshot<A> {
    const snapshot = this.#free.pop() ?? this.#create(state);
    this.#copy(state, snapshot.state, snapshot.resident);
    return snapshot;
  }

  restore(snapshot: Snapshot<A>, state: TrainingState<A>): void {
    this.#copy(snapshot.state, state, snapshot.resident);
  }

  /** The kept state where kernels can read it: in place, or restored to `state`. Only to be read. */
  readable(snapshot: Snapshot<A>, state: TrainingState<A>): TrainingState<A> {
    if (snapshot.resident) return snapshot.state;
    this.restore(snapshot, state);
    return state;
  }

  giveBack(snapshot: Snapshot<A>): void {
    this.#free.push(snapshot);
  }

  /** Gives kernel memory back. All snapshots are dead afterwards. */
  release(): void {
    for (const { state, resident } of this.#all)
      if (resident) for (const array of arraysOf(state)) this.#kernels.release(array);
    this.#all.length = 0;
    this.#free.length = 0;
  }

  #create(like: TrainingState<A>): Snapshot<A> {
    const bytes = snapshotBytes(like);
    const { used, limit } = this.#kernels.memory();
    const resident = used + bytes <= RESIDENT_SHARE * limit;
    const twin = (source: A): A => (resident ? this.#kernels.allocate(source.length) : emptyLike(source));
    const tables = like.tables.map(
      ({ parameter, firstMoment, secondMoment, rows, columns }): AdamState<A> => ({
        parameter: twin(parameter),
        firstMoment: twin(firstMoment),
        secondMoment: twin(secondMoment),
        rows,
        columns,
      }),
    );
    const snapshot = { state: { tables, step: like.step }, resident };
    this.#all.push(snapshot);
    this.#bytes += bytes;
    if (resident) this.#residentBytes += bytes;
    return snapshot;
  }

  #copy(from: TrainingState<A>, to: TrainingState<A>, byKernels: boolean): void {
    const sources = arraysOf(from);
    arraysOf(to).forEach((target, i) => {
      if (byKernels) this.#kernels.copy(sources[i], target);
      else target.set(sources[i]);
    });
    to.step = from.step;
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
