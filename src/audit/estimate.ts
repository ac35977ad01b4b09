/**
 * What an audit will take, before it runs: operations, time and memory of each task, from the data's size and the
 * options. Operations are counted from the structured form of the models (multiply and add separately); time is
 * operations over a rate that the caller gives. Estimates, not promises: the rate differs between shapes.
 *
 * What it is not: it measures nothing.
 */

import type { LearnedOptions } from '../attacks/learned-options.js';
import type { WrmfOptions } from '../recommenders/wrmf-options.js';
import type { AuditTask } from './types.js';

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
  readonly operations: number;
  readonly seconds: number;
  /** most memory of the process while this task runs */
  readonly bytes: number;
}

/** The runtime, the compiled kernels and the libraries. */
const BASE_BYTES = 120e6;
const FLOAT = 4;
/** elementwise work of Adam for one parameter, as if it were arithmetic at the matrix product's rate */
const ADAM_OPERATIONS = 40;
/** likewise for one exponential of the softmax */
const EXP_OPERATIONS = 30;
/** back-propagating a step costs about this many times the step; the adjoint of every product is two */
const BACKWARD_FACTOR = 3;
/** kept states up to this many bytes are all kept; beyond it they are checkpointed */
const TRAJECTORY_BYTES = 2 ** 28;

/** Sizes of what is trained on. */
export interface Shape {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  readonly fakeUsers: number;
}

function withFakes(sizes: DataSizes, fakeUsers: number): Shape {
  const clicks = sizes.fakeClicks ?? sizes.interactions / Math.max(1, sizes.users);
  return {
    users: sizes.users + fakeUsers,
    items: sizes.items,
    interactions: sizes.interactions + Math.round(fakeUsers * clicks),
    fakeUsers,
  };
}

function stepsAnEpoch({ users }: Shape, { batchSize }: WrmfOptions): number {
  return batchSize === 0 ? 1 : Math.ceil(users / batchSize);
}

/**
 * Operations of the products of one WRMF epoch: 6 nnz K + 4 U K^2 + (U/B) 4 I K^2.
 *
 * @example wrmfProducts({ users: 13149, items: 14007, interactions: 428619, fakeUsers: 0 }, WRMF_DEFAULTS) // 7.6e9
 */
export function wrmfProducts(shape: Shape, options: WrmfOptions): number {
  const { users, items, interactions } = shape;
  const k = options.factors;
  return 6 * interactions * k + 4 * users * k * k + stepsAnEpoch(shape, options) * 4 * items * k * k;
}

/** One epoch with Adam: every user's row once, every item's row at every step. */
function epochOperations(shape: Shape, options: WrmfOptions): number {
  const rows = shape.users + stepsAnEpoch(shape, options) * shape.items;
  return wrmfProducts(shape, options) + ADAM_OPERATIONS * options.factors * rows;
}

/** Scores of every real user for every item. */
function rankingOperations(sizes: DataSizes, k: number): number {
  return sizes.users * sizes.items * (2 * k + 4);
}

function tableBytes({ users, items }: Shape, k: number): number {
  return (users + items) * k * FLOAT;
}

/** Memory of training: state, gradients, the tape of one step, interactions with their patterns. */
function trainingBytes(shape: Shape, options: WrmfOptions): number {
  const k = options.factors;
  const batch = options.batchSize === 0 ? shape.users : Math.min(options.batchSize, shape.users);
  const tape = 6 * (batch + shape.items) * k * FLOAT;
  return 3 * tableBytes(shape, k) + tape + 32 * shape.interactions;
}

function unrolledEpochs({ estimator, surrogate }: LearnedOptions): number {
  switch (estimator.kind) {
    case 'partial':
      return 0;
    case 'exact':
      return surrogate.epochs;
    case 'unrolled':
      return Math.min(estimator.epochs, surrogate.epochs);
    default:
      return estimator satisfies never;
  }
}

/** T + 1 evaluations of a surrogate trained from scratch, T of them with a hypergradient. */
function craftEstimate(
  options: LearnedOptions,
  sizes: DataSizes,
  fakeUsers: number,
): Omit<Estimate, 'seconds'> {
  const shape = withFakes(sizes, fakeUsers);
  const { surrogate } = options;
  const k = surrogate.factors;
  const epoch = epochOperations(shape, surrogate);
  const training = surrogate.epochs * epoch;
  const tau = unrolledEpochs(options);
  const steps = tau * stepsAnEpoch(shape, surrogate);
  const snapshot = 3 * tableBytes(shape, k);
  const keptAll = steps * snapshot <= TRAJECTORY_BYTES;
  const recompute = keptAll ? 0 : tau * epoch;
  const fakeBlock = 4 * tau * fakeUsers * sizes.items * k;
  const objective = sizes.users * sizes.items * (6 * k + EXP_OPERATIONS);
  const selection = rankingOperations(sizes, k) + (options.keepBest === 'fresh-seed' ? training : 0);
  const evaluation = training + objective + selection;
  const gradient = recompute + BACKWARD_FACTOR * tau * epoch + fakeBlock;
  const stride = Math.ceil(Math.sqrt(steps));
  const kept = keptAll ? steps : Math.ceil(steps / stride) + stride - 2;
  const cotangents = 3 * tableBytes(shape, k);
  const fakeMatrices = 5 * fakeUsers * sizes.items * FLOAT;
  return {
    operations: (options.outerSteps + 1) * evaluation + options.outerSteps * gradient,
    bytes: BASE_BYTES + trainingBytes(shape, surrogate) + cotangents + fakeMatrices + kept * snapshot,
  };
}

function victimEstimate(
  options: WrmfOptions,
  sizes: DataSizes,
  fakeUsers: number,
  top: number,
): Omit<Estimate, 'seconds'> {
  const shape = withFakes(sizes, fakeUsers);
  return {
    operations: options.epochs * epochOperations(shape, options) + rankingOperations(sizes, options.factors),
    bytes: BASE_BYTES + trainingBytes(shape, options) + 3 * sizes.users * top * FLOAT,
  };
}

function isWrmf(recommender: string, options: object): options is WrmfOptions {
  return recommender === 'wrmf' && 'factors' in options && 'epochs' in options && 'batchSize' in options;
}

/**
 * Estimates one task. Null for a recommender whose cost is not known.
 *
 * @param fakeUsers number of fake users of the audit
 * @example estimateTask(task, { users: 13149, items: 14007, interactions: 428619 }, 131, { gflops: 30 })
 */
export function estimateTask(
  { spec }: AuditTask,
  sizes: DataSizes,
  fakeUsers: number,
  { gflops }: Machine,
): Estimate | null {
  const timed = (estimate: Omit<Estimate, 'seconds'>): Estimate => ({
    ...estimate,
    seconds: estimate.operations / (gflops * 1e9),
  });
  switch (spec.kind) {
    case 'craft':
      return timed(craftEstimate(spec.options, sizes, fakeUsers));
    case 'control':
      return timed({
        operations: 100 * fakeUsers * sizes.items,
        bytes: BASE_BYTES + 16 * sizes.interactions,
      });
    case 'victim': {
      if (!isWrmf(spec.recommender, spec.options)) return null;
      const fakes = spec.arm === 'clean' ? 0 : fakeUsers;
      return timed(victimEstimate(spec.options, sizes, fakes, spec.top));
    }
    default:
      return spec satisfies never;
  }
}
