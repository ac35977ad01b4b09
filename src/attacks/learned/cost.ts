/**
 * What a learned attack will take: operations counted from the structured form of the models (multiply and add separately), and
 * bytes held at once. Estimates, from sizes alone.
 */

import type { Cost, TrainingShape } from '../../compute.js';
import { RecauditError } from '../../errors.js';
import { placesFor } from '../../hypergradient/checkpoints.js';
import { unrolledEpochs } from '../../hypergradient/hypergradient.js';
import { type RecommenderRegistry, recommenderNamed, surrogateNamed } from '../../recommenders/registry.js';
import type { AttackCostRequest } from '../types.js';
import { estimatorOf, type LearnedOptions } from './options.js';

const FLOAT = 4;
/** one exponential of the softmax, as if it were arithmetic at the matrix product's rate */
const EXP_OPERATIONS = 30;
/** back-propagating a step costs about this many times the step; the adjoint of every product is two */
const BACKWARD_FACTOR = 3;
/** states that take no more are all kept; others are checkpointed */
const TRAJECTORY_BYTES = 2 ** 28;

/** Training epochs of a surrogate, where its options say; a model without epochs counts as one. */
function epochsOf(options: object): number {
  const { epochs = 1 } = options as { readonly epochs?: number };
  return epochs;
}

/** Epochs that are back-propagated through. */
function epochsBack(options: LearnedOptions): number {
  const estimator = estimatorOf(options);
  const epochs = epochsOf(options.surrogate.options);
  return estimator.kind === 'implicit' ? 0 : Math.min(epochs, unrolledEpochs(estimator, epochs));
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
  const tau = epochsBack(options);
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
  const { surrogate } = options;
  const estimator = estimatorOf(options);
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
export function learnedCost({
  shape: real,
  fakeUsers,
  fakeClicks,
  options,
  registries,
}: AttackCostRequest<LearnedOptions>): Cost {
  const { recommenders } = registries;
  const shape: TrainingShape = {
    users: real.users + fakeUsers,
    items: real.items,
    interactions: real.interactions + Math.round(fakeClicks),
  };
  const { name, options: model } = options.surrogate;
  const surrogate = recommenderNamed(name, recommenders);
  const { operations, bytes } = surrogate.fitCost(shape, model);
  const ranking = surrogate.rankOperations(shape, model);
  if (operations === null || ranking === null)
    throw new RecauditError(
      'internal',
      `surrogate ${name}: expected a recommender whose cost is known, got one outside recaudit. Choose another.`,
    );
  // Scores of a pair cost 2 k operations, whatever the model: its k follows from its ranking.
  const k = Math.max(1, ranking / (2 * real.items));
  const fakeBlock = 4 * fakeUsers * real.items * k;
  const course =
    atOptimum(options, shape, fakeBlock, recommenders) ??
    alongTraining(options, shape, { operations, bytes }, fakeBlock, k);
  const { objectiveUsers = real.users, selectionUsers = real.users } = options;
  const objective = Math.min(real.users, objectiveUsers) * real.items * (6 * k + EXP_OPERATIONS);
  const ranked = Math.min(real.users, selectionUsers) * ranking;
  const selection = ranked + (options.keepBest === 'fresh-seed' ? course.training : 0);
  const evaluation = course.training + objective + selection;
  return {
    operations: (options.outerSteps + 1) * evaluation + options.outerSteps * course.gradient,
    bytes: course.bytes + 5 * fakeUsers * real.items * FLOAT,
  };
}
