/**
 * The hypergradient dL_adv/dX of an inner training run, over any `TrainingStep` (equations 4, 7 to 10).
 *
 * `partial` takes the objective's explicit dependence on the fake data only; `unrolled` back-propagates through the
 * last tau epochs, parameters and moments at the boundary held constant; `exact` through all of them. States inside
 * the window are checkpointed (`checkpoints.ts`): memory is O(sqrt(n) |theta|) for n steps, at the price of one more forward pass.
 */

import type { BatchSource, OuterObjective, TrainingState, TrainingStep } from '../autodiff/index.js';
import { letMessagesIn } from '../compute.js';
import { interrupted, RecauditError } from '../errors.js';
import type { AdamState, FloatArray } from '../kernels/types.js';
import { placesFor, segmentLengths } from './checkpoints.js';
import type { ImplicitOptions } from './implicit-options.js';
import { type Snapshot, SnapshotPool, snapshotBytes } from './snapshots.js';

/** `epochs`: back-propagate through the last tau epochs; `exact`: through all; `partial`: none. */
export type TrajectoryEstimator =
  | { readonly kind: 'partial' }
  | { readonly kind: 'unrolled'; readonly epochs: number }
  | { readonly kind: 'exact' };

/** By the implicit function theorem at the inner optimum (`implicit.ts`): no training run is differentiated. */
export type ImplicitEstimator = { readonly kind: 'implicit' } & ImplicitOptions;

export type Estimator = TrajectoryEstimator | ImplicitEstimator;

export interface HypergradientRequest<A extends FloatArray, Batch> {
  readonly step: TrainingStep<A, Batch>;
  /** the initial state; training happens in place */
  readonly state: TrainingState<A>;
  readonly batches: BatchSource<Batch>;
  readonly objective: OuterObjective<A>;
  readonly estimator: TrajectoryEstimator;
  /** fake users x items, overwritten */
  readonly fakeGradient: A;
  /** called with the trained state before it is rewound */
  readonly onTrained?: (state: TrainingState<A>) => void;
  readonly onEpoch?: (phase: 'train' | 'unroll', done: number, total: number) => void;
  readonly signal?: AbortSignal;
  /** reused between calls */
  readonly snapshots?: SnapshotPool<A>;
  /** most bytes of trajectory to keep; below what all states need, checkpoint and recompute. Default 256 MiB. */
  readonly trajectoryBytes?: number;
}

export interface HypergradientResult {
  readonly adversarialLoss: number;
  /** summed batch losses of each epoch, as trained, weight decay excluded */
  readonly losses: readonly number[];
}

interface Position {
  readonly epoch: number;
  readonly index: number;
}

/** Epochs inside the unrolled window. */
export function unrolledEpochs(estimator: TrajectoryEstimator, epochs: number): number {
  switch (estimator.kind) {
    case 'partial':
      return 0;
    case 'exact':
      return epochs;
    case 'unrolled':
      return Math.min(estimator.epochs, epochs);
    default:
      return estimator satisfies never;
  }
}

/**
 * Trains, evaluates the objective and differentiates it by the fake data.
 *
 * @throws RecauditError `numeric` when a loss or L_adv is not finite, `interrupted` when the signal fires
 * @example
 * const result = await hypergradient({ step, state, batches, objective, estimator: { kind: 'exact' }, fakeGradient });
 */
export async function hypergradient<A extends FloatArray, Batch>(
  request: HypergradientRequest<A, Batch>,
): Promise<HypergradientResult> {
  const { step, state, batches } = request;
  step.kernels.fill(request.fakeGradient, 0);
  const unrolled = unrolledEpochs(request.estimator, batches.epochs);
  const boundary = batches.epochs - unrolled;
  const losses: number[] = [];
  for (let epoch = 0; epoch < boundary; epoch++) losses.push(await trainEpoch(request, epoch));

  const window = positionsFrom(batches, boundary);
  const trajectory = new Trajectory(request, window);
  try {
    losses.push(...(await trajectory.forward(boundary)));
    request.onTrained?.(state);
    return { adversarialLoss: await pullBack(request, trajectory), losses };
  } finally {
    trajectory.release();
  }
}

/** L_adv of the trained state, and its gradient through the window. */
async function pullBack<A extends FloatArray, Batch>(
  { step, state, objective, fakeGradient }: HypergradientRequest<A, Batch>,
  trajectory: Trajectory<A, Batch>,
): Promise<number> {
  const cotangent = createCotangent(step, state);
  try {
    const adversarialLoss = objective.evaluate(state, cotangent, fakeGradient);
    if (!Number.isFinite(adversarialLoss)) {
      throw new RecauditError(
        'numeric',
        `L_adv: expected a finite value, got ${adversarialLoss}. Lower the learning rate.`,
      );
    }
    await trajectory.backward(cotangent);
    return adversarialLoss;
  } finally {
    for (const table of cotangent) releaseTable(step, table);
  }
}

async function trainEpoch<A extends FloatArray, Batch>(
  request: HypergradientRequest<A, Batch>,
  epoch: number,
): Promise<number> {
  let loss = 0;
  for (let index = 0; index < request.batches.stepsIn(epoch); index++)
    loss += advance(request, { epoch, index }, false);
  await breathe(request, 'train', epoch + 1, request.batches.epochs);
  return loss;
}

function advance<A extends FloatArray, Batch>(
  request: HypergradientRequest<A, Batch>,
  position: Position,
  traced: boolean,
): number {
  const batch = request.batches.open(position.epoch, position.index);
  try {
    const loss = request.step.advance(request.state, batch, traced);
    if (!Number.isFinite(loss)) {
      const where = `inner training, epoch ${position.epoch + 1}, step ${position.index + 1}`;
      throw new RecauditError(
        'numeric',
        `${where}: expected a finite loss, got ${loss}. Lower the learning rate.`,
      );
    }
    return loss;
  } finally {
    request.batches.close(batch);
  }
}

/** Lets messages in (progress out, cancellation in), then goes on. */
async function breathe<A extends FloatArray, Batch>(
  request: HypergradientRequest<A, Batch>,
  phase: 'train' | 'unroll',
  done: number,
  total: number,
): Promise<void> {
  request.onEpoch?.(phase, done, total);
  await letMessagesIn();
  if (request.signal?.aborted) throw interrupted('inner training');
}

function positionsFrom<Batch>(batches: BatchSource<Batch>, boundary: number): Position[] {
  const positions: Position[] = [];
  for (let epoch = boundary; epoch < batches.epochs; epoch++) {
    for (let index = 0; index < batches.stepsIn(epoch); index++) positions.push({ epoch, index });
  }
  return positions;
}

/** The states of the unrolled window: the first of each segment kept, the others recomputed a segment at a time. */
class Trajectory<A extends FloatArray, Batch> {
  readonly #request: HypergradientRequest<A, Batch>;
  readonly #window: readonly Position[];
  readonly #pool: SnapshotPool<A>;
  readonly #ownPool: boolean;
  /** first steps of the segments, then the window's length */
  readonly #bounds: readonly number[];
  readonly #checkpoints: Snapshot<A>[] = [];

  constructor(request: HypergradientRequest<A, Batch>, window: readonly Position[]) {
    this.#request = request;
    this.#window = window;
    this.#pool = request.snapshots ?? new SnapshotPool<A>(request.step.kernels);
    this.#ownPool = request.snapshots === undefined;
    const fits = (request.trajectoryBytes ?? 2 ** 28) / snapshotBytes(request.state);
    let end = 0;
    const lengths = segmentLengths(window.length, placesFor(window.length, fits));
    this.#bounds = [0, ...lengths.map((length) => (end += length))];
  }

  /** Trains through the window, keeping checkpoints. Returns the losses of its epochs. */
  async forward(boundary: number): Promise<number[]> {
    const losses: number[] = [];
    const { state, batches } = this.#request;
    const starts = new Set(this.#bounds);
    for (const [n, position] of this.#window.entries()) {
      if (starts.has(n)) this.#checkpoints.push(this.#pool.take(state));
      const loss = advance(this.#request, position, true);
      losses[position.epoch - boundary] = (losses[position.epoch - boundary] ?? 0) + loss;
      const isLast = position.index === batches.stepsIn(position.epoch) - 1;
      if (isLast) await breathe(this.#request, 'train', position.epoch + 1, batches.epochs);
    }
    return losses;
  }

  /** Pulls the cotangent of the final state back to the window's start. */
  async backward(cotangent: readonly AdamState<A>[]): Promise<void> {
    for (let n = this.#bounds.length - 2; n >= 0; n--) {
      const start = this.#bounds[n];
      this.#segmentBackward(this.#window.slice(start, this.#bounds[n + 1]), cotangent);
      await breathe(this.#request, 'unroll', this.#window.length - start, this.#window.length);
    }
  }

  #segmentBackward(segment: readonly Position[], cotangent: readonly AdamState<A>[]): void {
    const { state, step, fakeGradient, batches } = this.#request;
    const states = [this.#checkpoints.pop() as Snapshot<A>];
    if (segment.length > 1) this.#pool.restore(states[0], state);
    for (let j = 0; j + 1 < segment.length; j++) {
      advance(this.#request, segment[j], true);
      if (j + 2 < segment.length) states.push(this.#pool.take(state));
    }
    for (let j = segment.length - 1; j >= 0; j--) {
      const snapshot = states[j];
      // The last state of a longer segment is still in place.
      const input = snapshot === undefined ? state : this.#pool.readable(snapshot, state);
      const batch = batches.open(segment[j].epoch, segment[j].index);
      try {
        step.vjp(input, batch, cotangent, fakeGradient);
      } finally {
        batches.close(batch);
      }
      if (snapshot !== undefined) this.#pool.giveBack(snapshot);
    }
  }

  release(): void {
    for (const snapshot of this.#checkpoints) this.#pool.giveBack(snapshot);
    this.#checkpoints.length = 0;
    if (this.#ownPool) this.#pool.release();
  }
}

function createCotangent<A extends FloatArray, Batch>(
  step: TrainingStep<A, Batch>,
  state: TrainingState<A>,
): AdamState<A>[] {
  const zeros = (length: number): A => {
    const array = step.kernels.allocate(length);
    step.kernels.fill(array, 0);
    return array;
  };
  return state.tables.map(({ parameter, firstMoment, secondMoment, rows, columns }) => ({
    parameter: zeros(parameter.length),
    firstMoment: zeros(firstMoment.length),
    secondMoment: zeros(secondMoment.length),
    rows,
    columns,
  }));
}

function releaseTable<A extends FloatArray, Batch>(step: TrainingStep<A, Batch>, table: AdamState<A>): void {
  step.kernels.release(table.parameter);
  step.kernels.release(table.firstMoment);
  step.kernels.release(table.secondMoment);
}
