/** What the closed-form attack takes, and the limits of its linear solver. */

import type { Cost } from '../../compute.js';
import { tasteCost } from '../clusters/clusters.js';
import type { AttackCostRequest } from '../types.js';
import type { ClosedFormOptions } from './options.js';

/** Residuals relative to the right side, at most. */
export const TOLERANCE = 1e-4;
export const THRESHOLD_TOLERANCE = 1e-2;
/** Most iterations of one solution. */
export const ITERATIONS = 300;

/** Iterations that a solution takes, about. */
const USUAL_ITERATIONS = 20;
const FLOAT = 4;

/** From sizes alone: each iteration is one product with the clicks and their transpose, and some passes over the vectors. */
export function closedFormCost({
  shape,
  fakeUsers,
  fakeClicks,
  options,
}: AttackCostRequest<ClosedFormOptions>): Cost {
  const { users, items, interactions } = shape;
  const { lambdas, steps, share, thresholdItems, clusters } = options;
  const columns = lambdas.length * 8;
  const iteration = 4 * (interactions + fakeClicks) + 30 * items;
  const solutions = 2 * (steps + 1) * columns * USUAL_ITERATIONS * iteration;
  const scored = lambdas.length * Math.min(items, thresholdItems);
  const threshold = scored * (USUAL_ITERATIONS * iteration + 2 * interactions + users);
  const gradients = steps * Math.max(1, share * fakeUsers) * items * (4 * columns + 4);
  const start = options.start === 'clusters' ? tasteCost(shape, clusters) : { operations: 0, bytes: 0 };
  const vectors = FLOAT * (9 * items + 4 * users) * Math.max(columns, 32);
  const lists = 16 * users * options.top;
  return {
    operations: (start.operations as number) + solutions + threshold + gradients,
    bytes: Math.max(start.bytes, 24 * interactions + vectors + lists + 24 * fakeClicks),
  };
}
