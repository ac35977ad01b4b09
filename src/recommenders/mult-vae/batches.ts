/**
 * What a step of Mult-VAE reads: the clicks of its users, what they weigh as input, the noise of the latent draw, and
 * beta. All draws of a user depend on (seed, epoch, user) alone.
 */

import type { BatchSource } from '../../autodiff/index.js';
import { type CsrRows, createPattern, releasePattern } from '../../kernels/pattern.js';
import type { FloatArray, Kernels, SparsePattern } from '../../kernels/types.js';
import { philox, type SeedKey } from '../../rng.js';
import { shuffledBatches } from '../sampling/batches.js';
import type { MultVaeOptions } from './options.js';

export interface MultVaeProblem {
  readonly users: number;
  readonly items: number;
  /** rows from here on are fake */
  readonly realUsers: number;
  readonly interactions: CsrRows;
  readonly options: MultVaeOptions;
  readonly seed: SeedKey;
}

/** Clicks of some users as the encoder reads them. */
export interface EncoderInput<A extends FloatArray> {
  readonly pattern: SparsePattern;
  /** what each click counts, in CSR order */
  readonly values: A;
}

/** Users of one step, ascending (so fake users, whose indices follow the real ones, come last). */
export interface MultVaeBatch<A extends FloatArray> {
  /** rows of the interactions */
  readonly users: Int32Array;
  readonly input: EncoderInput<A>;
  /** standard normal, users of the batch x factors */
  readonly noise: A;
  /** weight of the divergence from the prior at this step */
  readonly beta: number;
  readonly fake: FakeUsers<A> | null;
}

/** The fake users of a batch. */
export interface FakeUsers<A extends FloatArray> {
  /** their positions in the batch */
  readonly positions: Int32Array;
  /** their indices among the fake users */
  readonly indices: Int32Array;
  readonly input: EncoderInput<A>;
  /** 1 / number of clicks at every click: each one's share of the likelihood */
  readonly shares: A;
  /** what a click on any item would count as input; by position among the batch's fake users */
  readonly inputWeights: readonly InputWeight[];
}

/** What a user's click on an item counts as input. */
export type InputWeight = (item: number) => number;

/**
 * 1, or 1 / sqrt(clicks) with normalisation; with dropout rate p, 0 for a share p of the items and the rest divided by
 * 1 - p. The number of clicks is read off the binary data and frozen where these are differentiated.
 *
 * @param epoch null: no dropout (ranking)
 */
export function inputWeight(
  { interactions: { rowPointers }, options, seed }: MultVaeProblem,
  user: number,
  epoch: number | null,
): InputWeight {
  const { inputNormalisation, inputDropout } = options;
  const clicks = rowPointers[user + 1] - rowPointers[user];
  const scale = inputNormalisation && clicks > 0 ? 1 / Math.sqrt(clicks) : 1;
  if (inputDropout === 0 || epoch === null) return () => scale;
  const { high, low } = seed.child('dropout').child(epoch).child(user);
  const words = new Uint32Array(4);
  return (item) => {
    philox(item, 0, 4, 0, high, low, words);
    return words[0] < inputDropout * 2 ** 32 ? 0 : scale / (1 - inputDropout);
  };
}

/** Standard normal draws of the given users in an epoch, users x factors. */
export function fillNoise(
  noise: FloatArray,
  { options: { factors }, seed }: MultVaeProblem,
  users: ArrayLike<number>,
  epoch: number,
): void {
  const key = seed.child('noise').child(epoch);
  for (let row = 0; row < users.length; row++) {
    const stream = key.child(users[row]).stream();
    for (let j = 0; j < factors; j++) noise[row * factors + j] = stream.normal();
  }
}

/** Release it with `releaseInput`. */
export function createInput<A extends FloatArray>(
  kernels: Kernels<A>,
  problem: MultVaeProblem,
  users: Int32Array,
  epoch: number | null,
): EncoderInput<A> {
  const pattern = createPattern(kernels, problem.interactions, users, problem.items);
  const values = kernels.allocate(pattern.nonZeros);
  users.forEach((user, row) => {
    const weight = inputWeight(problem, user, epoch);
    for (let e = pattern.rowPointers[row]; e < pattern.rowPointers[row + 1]; e++)
      values[e] = weight(pattern.columnIndices[e]);
  });
  return { pattern, values };
}

export function releaseInput<A extends FloatArray>(kernels: Kernels<A>, input: EncoderInput<A>): void {
  releasePattern(kernels, input.pattern);
  kernels.release(input.values);
}

/** The batch of the given users (any order) as the `step`-th step, from 0. Release it with `releaseMultVaeBatch`. */
export function createMultVaeBatch<A extends FloatArray>(
  kernels: Kernels<A>,
  problem: MultVaeProblem,
  batchUsers: ArrayLike<number>,
  epoch: number,
  step: number,
): MultVaeBatch<A> {
  const { factors, betaIncrement, betaLimit } = problem.options;
  const users = Int32Array.from(batchUsers).sort();
  const noise = kernels.allocate(users.length * factors);
  fillNoise(noise, problem, users, epoch);
  return {
    users,
    input: createInput(kernels, problem, users, epoch),
    noise,
    beta: Math.min(betaLimit, betaIncrement * step),
    fake: createFakeUsers(kernels, problem, users, epoch),
  };
}

function createFakeUsers<A extends FloatArray>(
  kernels: Kernels<A>,
  problem: MultVaeProblem,
  users: Int32Array,
  epoch: number,
): FakeUsers<A> | null {
  const first = users.findIndex((user) => user >= problem.realUsers);
  if (first < 0) return null;
  const fakeUsers = users.subarray(first);
  const positions = kernels.allocateIndices(fakeUsers.length);
  const indices = kernels.allocateIndices(fakeUsers.length);
  fakeUsers.forEach((user, j) => {
    positions[j] = first + j;
    indices[j] = user - problem.realUsers;
  });
  const input = createInput(kernels, problem, fakeUsers, epoch);
  const shares = kernels.allocate(input.pattern.nonZeros);
  writeShares(input.pattern, shares);
  const inputWeights = Array.from(fakeUsers, (user) => inputWeight(problem, user, epoch));
  return { positions, indices, input, shares, inputWeights };
}

/** 1 / number of clicks of its row at every entry. */
export function writeShares({ rows, rowPointers }: SparsePattern, out: FloatArray): void {
  for (let row = 0; row < rows; row++)
    out.fill(1 / (rowPointers[row + 1] - rowPointers[row]), rowPointers[row], rowPointers[row + 1]);
}

export function releaseMultVaeBatch<A extends FloatArray>(kernels: Kernels<A>, batch: MultVaeBatch<A>): void {
  releaseInput(kernels, batch.input);
  kernels.release(batch.noise);
  if (batch.fake === null) return;
  kernels.release(batch.fake.positions);
  kernels.release(batch.fake.indices);
  kernels.release(batch.fake.shares);
  releaseInput(kernels, batch.fake.input);
}

export function multVaeBatches<A extends FloatArray>(
  kernels: Kernels<A>,
  problem: MultVaeProblem,
): BatchSource<MultVaeBatch<A>> {
  const order = shuffledBatches(problem.users, problem.options, problem.seed);
  let held = { epoch: -1, batches: [] as readonly Int32Array[] };
  const batchesOf = (epoch: number) => {
    if (held.epoch !== epoch) held = { epoch, batches: order.rowsOf(epoch) };
    return held.batches;
  };
  return {
    epochs: order.epochs,
    stepsIn: (epoch) => batchesOf(epoch).length,
    open(epoch, index) {
      const batches = batchesOf(epoch);
      const step = epoch * batches.length + index;
      return createMultVaeBatch(kernels, problem, batches[index], epoch, step);
    },
    close: (batch) => releaseMultVaeBatch(kernels, batch),
  };
}
