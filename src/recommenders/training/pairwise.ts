/**
 * Training of models that put a clicked item before sampled ones, from one table of users and one of items: BPR-MF and
 * CML. Each step: draw samples, group their rows, bring these up to date, take the loss with its derivative by each
 * score, and let Adam step the rows. What it is not: a loss (the model gives it) or a ranking.
 */

import { type ComputeContext, letMessagesIn, type TrainingShape } from '../../compute.js';
import type { InteractionMatrix } from '../../data/interactions.js';
import { interrupted } from '../../errors.js';
import type { RowAdamState, RowSum, SampleLossInput } from '../../kernels/row-types.js';
import type { FloatArray, Kernels } from '../../kernels/types.js';
import type { SeedKey } from '../../rng.js';
import { RowGrouper } from '../sampling/grouping.js';
import { SampleSource } from '../sampling/sampling.js';
import { endEpoch, finiteLoss } from './differentiable.js';
import type { PairwiseOptions } from './pairwise-options.js';
import { createRowTable, RowAdam, releaseRowTable } from './row-adam.js';
import { fillNormalRows } from './tables.js';

export interface PairwiseLoss {
  readonly name: string;
  /** the loss of samples; writes its derivative by each score */
  evaluate<A extends FloatArray>(kernels: Kernels<A>, input: SampleLossInput<A>): number;
  /** how a score depends on the two rows, as `RowSum` has it */
  readonly scale: number;
  readonly ownScale: number;
  /** the loss of a step is the mean over its samples, not the sum: L2, a sum either way, weighs that much more */
  readonly averaged: boolean;
  /** users and items that are stepped are shortened to this norm; 0: no bound */
  readonly largestNorm: number;
}

export interface PairwiseTables<A extends FloatArray> {
  readonly users: RowAdamState<A>;
  readonly items: RowAdamState<A>;
}

/** Steps between two looks at the messages that came in. */
const STEPS_A_BREATH = 64;

/** Initial factors: row r of a table depends on (seed, table, r) alone. */
export function createPairwiseTables<A extends FloatArray>(
  kernels: Kernels<A>,
  train: InteractionMatrix,
  { factors, initialScale }: Pick<PairwiseOptions, 'factors' | 'initialScale'>,
  seed: SeedKey,
): PairwiseTables<A> {
  const table = (rows: number, name: string) =>
    createRowTable(kernels, rows, factors, (parameter) =>
      fillNormalRows(parameter, factors, initialScale, seed.child(name)),
    );
  return { users: table(train.users, 'P'), items: table(train.items, 'Q') };
}

export function releasePairwiseTables<A extends FloatArray>(
  kernels: Kernels<A>,
  { users, items }: PairwiseTables<A>,
): void {
  releaseRowTable(kernels, users);
  releaseRowTable(kernels, items);
}

/** The arrays of a step, in kernel memory. */
class PairwiseBatch<A extends FloatArray> {
  readonly users: Int32Array;
  readonly items: Int32Array;
  /** the user of each item */
  readonly usersOfItems: Int32Array;
  readonly weights: A;
  readonly userGradient: A;
  readonly userGrouper: RowGrouper<A>;
  readonly itemGrouper: RowGrouper<A>;
  readonly #kernels: Kernels<A>;

  constructor(
    kernels: Kernels<A>,
    { users, items }: InteractionMatrix,
    source: SampleSource,
    columns: number,
  ) {
    const entries = source.batchSize * source.width;
    this.#kernels = kernels;
    this.users = kernels.allocateIndices(source.batchSize);
    this.items = kernels.allocateIndices(entries);
    this.usersOfItems = kernels.allocateIndices(entries);
    this.weights = kernels.allocate(entries);
    this.userGradient = kernels.allocate(Math.min(source.batchSize, users) * columns);
    this.userGrouper = new RowGrouper(kernels, users, source.batchSize);
    this.itemGrouper = new RowGrouper(kernels, items, entries);
  }

  /** Draws a step's samples; returns how many. */
  draw(source: SampleSource, epoch: number, index: number): number {
    const count = source.draw(epoch, index, this.users, this.items);
    for (let s = 0; s < count; s++)
      this.usersOfItems.fill(this.users[s], s * source.width, (s + 1) * source.width);
    return count;
  }

  release(): void {
    for (const array of [this.users, this.items, this.usersOfItems]) this.#kernels.release(array);
    for (const array of [this.weights, this.userGradient]) this.#kernels.release(array);
    this.userGrouper.release();
    this.itemGrouper.release();
  }
}

/** One training step; returns the summed loss of its samples before it. */
function pairwiseStep<A extends FloatArray>(
  kernels: Kernels<A>,
  loss: PairwiseLoss,
  { users, items }: PairwiseTables<A>,
  { batch, count, width, regularisation, adam }: StepInput<A>,
): number {
  const userGroups = batch.userGrouper.group(batch.users, count);
  const itemGroups = batch.itemGrouper.group(batch.items, count * width);
  adam.catchUp(users, userGroups);
  adam.catchUp(items, itemGroups);
  const value = loss.evaluate(kernels, {
    users: users.parameter,
    items: items.parameter,
    k: users.columns,
    count,
    width,
    userRows: batch.users,
    itemRows: batch.items,
    weights: batch.weights,
  });
  const share = loss.averaged ? 1 / count : 1;
  const shared = {
    weights: batch.weights,
    scale: share * loss.scale,
    ownScale: share * loss.ownScale,
    decay: regularisation,
  };
  const userSum = { ...shared, groups: userGroups, width, source: items.parameter, sources: batch.items };
  const itemSum: RowSum<A> = {
    ...shared,
    groups: itemGroups,
    width: 1,
    source: users.parameter,
    sources: batch.usersOfItems,
  };
  kernels.sumRows(users.parameter, users.columns, userSum, batch.userGradient);
  adam.step(items, itemGroups, itemSum);
  adam.step(users, userGroups, batch.userGradient);
  adam.advance();
  return value;
}

interface StepInput<A extends FloatArray> {
  readonly batch: PairwiseBatch<A>;
  readonly count: number;
  readonly width: number;
  readonly regularisation: number;
  readonly adam: RowAdam<A>;
}

/**
 * Trains the tables in place.
 *
 * @returns loss of each epoch, regularisation excluded
 * @throws RecauditError `numeric` when a loss is not finite, `interrupted` when the signal fires
 */
export async function trainPairwise<A extends FloatArray>(
  kernels: Kernels<A>,
  loss: PairwiseLoss,
  tables: PairwiseTables<A>,
  { train, options, seed }: { train: InteractionMatrix; options: PairwiseOptions; seed: SeedKey },
  context: Pick<ComputeContext, 'onProgress' | 'signal'>,
): Promise<number[]> {
  const { learningRate, regularisation, epochs, adam: mode } = options;
  const source = new SampleSource(train, options, seed);
  const steps = epochs * source.stepsAnEpoch;
  const adam = new RowAdam(kernels, { learningRate, mode, steps, largestNorm: loss.largestNorm });
  const batch = new PairwiseBatch(kernels, train, source, options.factors);
  const losses: number[] = [];
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      let total = 0;
      for (let index = 0; index < source.stepsAnEpoch; index++) {
        const count = batch.draw(source, epoch, index);
        const input = { batch, count, width: source.width, regularisation, adam };
        total += pairwiseStep(kernels, loss, tables, input);
        if (index % STEPS_A_BREATH === STEPS_A_BREATH - 1) await breathe(loss.name, context.signal);
      }
      losses.push(finiteLoss(loss.name, total, epoch));
      await endEpoch(loss.name, [epoch + 1, epochs], total, context);
    }
    adam.finish(tables.users);
    adam.finish(tables.items);
    return losses;
  } finally {
    batch.release();
    adam.release();
  }
}

/** Lets messages in, and stops where the signal asks to. */
async function breathe(name: string, signal: AbortSignal | undefined): Promise<void> {
  await letMessagesIn();
  if (signal?.aborted) throw interrupted(`training ${name}`);
}

/** Operations of one epoch, multiply and add apart: scores, gradients, and Adam of about as many rows as there are entries. */
export function pairwiseOperations(interactions: number, { factors, negatives }: PairwiseOptions): number {
  const width = 1 + negatives;
  const scores = 2 * interactions * width * factors;
  return 3 * scores + ROW_OPERATIONS * interactions * (width + 1) * factors;
}

/** Replay and step of one element, two roots and two divisions, as if they were arithmetic at the matrix product's rate. */
const ROW_OPERATIONS = 60;

/** Three arrays of each table, and the factors that are ranked; interactions with their order; the arrays of a step. */
export function pairwiseBytes(
  { users, items, interactions }: TrainingShape,
  { factors, negatives, batchSize }: PairwiseOptions,
): number {
  const samples = batchSize === 0 ? interactions : batchSize;
  const words = 4 * (users + items) * factors + 8 * interactions + samples * (5 * (1 + negatives) + factors);
  return 4 * words;
}
