import { describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import { hypergradient, type TrajectoryEstimator } from '../../dist/hypergradient/hypergradient.js';
import { createPushObjective } from '../../dist/hypergradient/push-objective.js';
import { createReferenceKernels } from '../../dist/kernels/reference.js';
import type { FloatArray, Kernels } from '../../dist/kernels/types.js';
import {
  binaryProfiles,
  type DenseLightGcn,
  denseLightGcn,
} from '../../dist/recommenders/light-gcn/dense.js';
import { createPairOrder } from '../../dist/recommenders/light-gcn/pairs.js';
import { lightGcnInnerProblem } from '../../dist/recommenders/light-gcn/training.js';
import { SeedKey } from '../../dist/rng.js';

const REAL = 7;
const ITEMS = 6;
// Item 5 has no click. Every fake user has one: where a second moment is exactly 0, the derivative of its root is taken
// as 0 by convention, and differences see a kink.
const interactions = InteractionMatrix.fromRows(ITEMS, [
  [0, 1],
  [1, 2, 3],
  [0, 4],
  [2],
  [3, 4],
  [0, 1, 2, 3, 4],
  [1, 4],
  [0, 3],
  [2, 3, 4],
  [1],
]);
const options = {
  factors: 3,
  layers: 2,
  learningRate: 0.02,
  regularisation: 0.05,
  epochs: 4,
  batchSize: 9,
  initialScale: 0.5,
};
const seed = SeedKey.root(3);
const targets = [2, 5];

async function run<A extends FloatArray>(
  kernels: Kernels<A>,
  estimator: TrajectoryEstimator,
  trajectoryBytes = 2 ** 28,
) {
  const problem = lightGcnInnerProblem(kernels, { interactions, realUsers: REAL }, options, seed);
  const targetItems = kernels.allocateIndices(targets.length);
  targetItems.set(targets);
  const fakeGradient = kernels.allocate((interactions.users - REAL) * ITEMS);
  const embeddings = problem.state.tables.flatMap(({ parameter, rows, columns }) =>
    Array.from({ length: rows }, (_, r) => Array.from(parameter.slice(r * columns, (r + 1) * columns))),
  );
  const result = await hypergradient({
    ...problem,
    objective: createPushObjective(kernels, problem.scores, targetItems),
    estimator,
    fakeGradient,
    trajectoryBytes,
  });
  problem.release();
  kernels.release(targetItems);
  const gradient = Array.from(fakeGradient);
  kernels.release(fakeGradient);
  expect(kernels.memory().used).toBe(0);
  return { ...result, gradient, embeddings };
}

const denseProblem = (embeddings: number[][]): DenseLightGcn => ({
  interactions,
  realUsers: REAL,
  options,
  order: createPairOrder(
    { users: interactions.users, items: ITEMS, realUsers: REAL, interactions },
    options,
    seed,
  ),
  embeddings,
  targets,
});

describe('LightGCN hypergradient against central finite differences in float64', () => {
  it.each([0, 1, 2, 4])('unroll %i', async (unroll) => {
    const estimator: TrajectoryEstimator =
      unroll === 0 ? { kind: 'partial' } : { kind: 'unrolled', epochs: unroll };
    const { losses, adversarialLoss, gradient, embeddings } = await run(
      createReferenceKernels('f64'),
      estimator,
    );
    const problem = denseProblem(embeddings);
    const binary = binaryProfiles(problem);
    const boundary = options.epochs - unroll;
    const dense = denseLightGcn(problem, binary, boundary);
    dense.losses.forEach((loss, epoch) => {
      expect(Math.abs(losses[epoch] / loss - 1)).toBeLessThan(1e-12);
    });
    expect(adversarialLoss).toBeCloseTo(dense.adversarialLoss, 10);
    for (let trial = 0; trial < 3; trial++) {
      const stream = SeedKey.root(trial).child('light-gcn').stream();
      const direction = binary.map((row) => row.map(() => stream.normal()));
      const step = 1e-6;
      const at = (sign: number) => {
        const moved = binary.map((row, v) => row.map((x, i) => x + sign * step * direction[v][i]));
        return denseLightGcn(problem, moved, boundary).adversarialLoss;
      };
      const expected = (at(1) - at(-1)) / (2 * step);
      const actual = direction.flat().reduce((sum, value, i) => sum + value * gradient[i], 0);
      expect(Math.abs(actual - expected)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected)));
    }
  });

  it('agrees in float32, with and without checkpoints to the bit', async () => {
    const exact = await run(createReferenceKernels('f64'), { kind: 'exact' });
    const kept = await run(createReferenceKernels('f32'), { kind: 'exact' });
    const norm = Math.hypot(...exact.gradient);
    expect(Math.hypot(...exact.gradient.map((value, i) => value - kept.gradient[i]))).toBeLessThan(
      1e-5 * norm,
    );
    expect((await run(createReferenceKernels('f32'), { kind: 'exact' }, 0)).gradient).toEqual(kept.gradient);
  });
});
