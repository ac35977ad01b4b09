/**
 * What an audit will take, before it runs: operations, time and memory of each task, from the data's size and the
 * options. Operations are counted from the structured form of the models (multiply and add separately); time is
 * operations over a rate that the caller gives. Estimates, not promises: the rate differs between shapes.
 *
 * What it is not: it measures nothing.
 */

import type { LearnedOptions } from '../../attacks/learned/options.js';
import type { TrainingShape } from '../../compute.js';
import { RecauditError } from '../../errors.js';
import { placesFor } from '../../hypergradient/checkpoints.js';
import type { Estimator } from '../../hypergradient/hypergradient.js';
import {
  RECOMMENDERS,
  type RecommenderRegistry,
  recommenderNamed,
  surrogateNamed,
} from '../../recommenders/registry.js';
import type { AuditTask, VictimSpec } from '../types.js';

/** Sizes of the real training data. */
export interface DataSizes {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  /** mean clicks of a fake user, where it is known; default the real users' mean */
  readonly fakeClicks?: number;
}

export interface Machine {
  /** 10^9 float operations a second of one task's kernels, all of its threads together */
  readonly gflops: number;
}

export interface Estimate {
  /** null where nobody can tell, as with a user's own command */
  readonly operations: number | null;
  readonly seconds: number | null;
  /** most memory of the process while this task runs; a command's own memory is not counted */
  readonly bytes: number;
}

/** The runtime, the compiled kernels and the libraries. */
const BASE_BYTES = 120e6;
/**
 * Seconds of the gradient's check by estimator. Its part of the data has one size, and it is plain JavaScript on one core:
 * neither the data nor the kernels' rate changes it. An optimum solved to 12 digits takes longest.
 */
const CHECK_SECONDS: Readonly<Record<Estimator['kind'], number>> = {
  partial: 0.5,
  unrolled: 0.5,
  exact: 0.5,
  implicit: 4,
};
/** Operations that weigh as much, where tasks are weighed against each other. */
const CHECK_OPERATIONS_A_SECOND = 2e10;
const FLOAT = 4;
/** one exponential of the softmax, as if it were arithmetic at the matrix product's rate */
const EXP_OPERATIONS = 30;
/** back-propagating a step costs about this many times the step; the adjoint of every product is two */
const BACKWARD_FACTOR = 3;
/** states that take no more are all kept; others are checkpointed */
const TRAJECTORY_BYTES = 2 ** 28;

/** Real and fake users together. */
function withFakes(sizes: DataSizes, fakeUsers: number): TrainingShape {
  const clicks = sizes.fakeClicks ?? sizes.interactions / Math.max(1, sizes.users);
  return {
    users: sizes.users + fakeUsers,
    items: sizes.items,
    interactions: sizes.interactions + Math.round(fakeUsers * clicks),
  };
}

/** Training epochs of a surrogate, where its options say; a model without epochs counts as one. */
function epochsOf(options: object): number {
  const { epochs = 1 } = options as { readonly epochs?: number };
  return epochs;
}

function unrolledEpochs({ estimator, surrogate }: LearnedOptions): number {
  switch (estimator.kind) {
    case 'partial':
    case 'implicit':
      return 0;
    case 'exact':
      return epochsOf(surrogate.options);
    case 'unrolled':
      return Math.min(estimator.epochs, epochsOf(surrogate.options));
    default:
      return estimator satisfies never;
  }
}

/** Steps of an epoch, where the options say how many rows a step has. */
function stepsAnEpoch({ users }: TrainingShape, options: object): number {
  const { batchSize = 0 } = options as { readonly batchSize?: number };
  return batchSize === 0 ? 1 : Math.ceil(users / batchSize);
}

/** What one training of a surrogate takes, and what its hypergradient adds: operations, and bytes in all. */
interface Course {
  readonly training: number;
  readonly gradient: number;
  readonly bytes: number;
}

/** Training from scratch, and back-propagation through its last epochs. */
function alongTraining(
  options: LearnedOptions,
  shape: TrainingShape,
  cost: { readonly operations: number; readonly bytes: number },
  fakeBlock: number,
  k: number,
): Course {
  const { options: model } = options.surrogate;
  const epoch = cost.operations / epochsOf(model);
  const tau = unrolledEpochs(options);
  const steps = tau * stepsAnEpoch(shape, model);
  const snapshot = 3 * (shape.users + shape.items) * k * FLOAT;
  const recompute = steps * snapshot <= TRAJECTORY_BYTES ? 0 : tau * epoch;
  const kept = placesFor(steps, TRAJECTORY_BYTES / snapshot);
  return {
    training: cost.operations,
    gradient: recompute + BACKWARD_FACTOR * tau * epoch + tau * fakeBlock,
    bytes: cost.bytes + snapshot + kept * snapshot,
  };
}

/** Down to the inner optimum and one linear system, if both take all the iterations they may. */
function atOptimum(
  options: LearnedOptions,
  shape: TrainingShape,
  fakeBlock: number,
  registry: RecommenderRegistry,
): Course | null {
  const { estimator, surrogate } = options;
  const { optimum } = surrogateNamed(surrogate.name, registry);
  if (estimator.kind !== 'implicit' || optimum === undefined) return null;
  const { step, iteration, setup, bytes } = optimum.cost(shape, surrogate.options);
  return {
    training: estimator.innerSteps * step,
    gradient: setup + estimator.cgIterations * iteration + fakeBlock,
    bytes,
  };
}

/** T + 1 evaluations of a surrogate, T of them with a hypergradient. */
function craftEstimate(
  options: LearnedOptions,
  sizes: DataSizes,
  fakeUsers: number,
  registry: RecommenderRegistry,
): Omit<Estimate, 'seconds'> {
  const shape = withFakes(sizes, fakeUsers);
  const { name, options: model } = options.surrogate;
  const surrogate = recommenderNamed(name, registry);
  const { operations, bytes } = surrogate.fitCost(shape, model);
  const ranking = surrogate.rankOperations(shape, model);
  if (operations === null || ranking === null)
    throw new RecauditError(
      'internal',
      `surrogate ${name}: expected a recommender whose cost is known, got one outside recaudit. Choose another.`,
    );
  // Scores of a pair cost 2 k operations, whatever the model: its k follows from its ranking.
  const k = Math.max(1, ranking / (2 * sizes.items));
  const fakeBlock = 4 * fakeUsers * sizes.items * k;
  const course =
    atOptimum(options, shape, fakeBlock, registry) ??
    alongTraining(options, shape, { operations, bytes }, fakeBlock, k);
  const { objectiveUsers = sizes.users, selectionUsers = sizes.users } = options;
  const objective = Math.min(sizes.users, objectiveUsers) * sizes.items * (6 * k + EXP_OPERATIONS);
  const ranked = Math.min(sizes.users, selectionUsers) * ranking;
  const selection = ranked + (options.keepBest === 'fresh-seed' ? course.training : 0);
  const evaluation = course.training + objective + selection;
  return {
    operations: (options.outerSteps + 1) * evaluation + options.outerSteps * course.gradient,
    bytes: BASE_BYTES + course.bytes + 5 * fakeUsers * sizes.items * FLOAT,
  };
}

function victimEstimate(
  { recommender, options, top }: VictimSpec,
  sizes: DataSizes,
  fakeUsers: number,
  registry: RecommenderRegistry,
): Omit<Estimate, 'seconds'> {
  const shape = withFakes(sizes, fakeUsers);
  const victim = recommenderNamed(recommender, registry);
  const { operations, bytes } = victim.fitCost(shape, options);
  const ranking = victim.rankOperations(shape, options);
  return {
    operations: operations === null || ranking === null ? null : operations + sizes.users * ranking,
    bytes: BASE_BYTES + bytes + 3 * sizes.users * top * FLOAT,
  };
}

function checkEstimate({ kind }: Estimator): Estimate {
  const seconds = CHECK_SECONDS[kind];
  return { operations: seconds * CHECK_OPERATIONS_A_SECOND, seconds, bytes: BASE_BYTES };
}

/**
 * Estimates one task.
 *
 * @param fakeUsers number of fake users of the audit
 * @example estimateTask(task, { users: 13149, items: 14007, interactions: 428619 }, 131, { gflops: 30 })
 */
export function estimateTask(
  { spec }: AuditTask,
  sizes: DataSizes,
  fakeUsers: number,
  { gflops }: Machine,
  registry: RecommenderRegistry = RECOMMENDERS,
): Estimate {
  const timed = (estimate: Omit<Estimate, 'seconds'>): Estimate => ({
    ...estimate,
    seconds: estimate.operations === null ? null : estimate.operations / (gflops * 1e9),
  });
  switch (spec.kind) {
    case 'craft':
      return timed(craftEstimate(spec.options, sizes, fakeUsers, registry));
    case 'control':
      return timed({
        operations: 100 * fakeUsers * sizes.items,
        bytes: BASE_BYTES + 16 * sizes.interactions,
      });
    case 'victim':
      return timed(victimEstimate(spec, sizes, spec.arm === 'clean' ? 0 : fakeUsers, registry));
    case 'check':
      return checkEstimate(spec.estimator);
    default:
      return spec satisfies never;
  }
}
