import { describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import { hypergradient, type TrajectoryEstimator } from '../../dist/hypergradient/hypergradient.js';
import { createPushObjective } from '../../dist/hypergradient/push-objective.js';
import { createReferenceKernels } from '../../dist/kernels/reference.js';
import { BPR_MF_DEFAULTS } from '../../dist/recommenders/bpr-mf/bpr-mf.js';
import { denseBprAdversarialLoss } from '../../dist/recommenders/bpr-mf/dense.js';
import { bprInnerProblem } from '../../dist/recommenders/bpr-mf/training.js';
import { SampleSource } from '../../dist/recommenders/sampling/sampling.js';
import { SeedKey } from '../../dist/rng.js';

const REAL = 8;
const FAKE = 3;
const ITEMS = 9;
const EPOCHS = 4;
const TARGETS = [0, 4];

/** Every row has had a gradient before the window: where a second moment is 0 there is no derivative to compare with. */
const TABLE: {
  batchSize: number;
  negatives: number;
  regularisation: number;
  estimator: TrajectoryEstimator;
}[] = [
  { batchSize: 0, negatives: 6, regularisation: 0, estimator: { kind: 'exact' } },
  { batchSize: 0, negatives: 6, regularisation: 0.05, estimator: { kind: 'exact' } },
  { batchSize: 11, negatives: 1, regularisation: 0.05, estimator: { kind: 'unrolled', epochs: 1 } },
  { batchSize: 11, negatives: 2, regularisation: 0.05, estimator: { kind: 'unrolled', epochs: 3 } },
];

const stream = SeedKey.root(8).stream();
const train = InteractionMatrix.fromRows(
  ITEMS,
  Array.from({ length: REAL + FAKE }, () => stream.sample(ITEMS, 2 + stream.integer(4))),
);

describe('hypergradient of BPR-MF against central finite differences in float64', () => {
  it.each(TABLE)('%o', async ({ estimator, ...changes }) => {
    const kernels = createReferenceKernels('f64');
    const options = {
      ...BPR_MF_DEFAULTS,
      ...changes,
      factors: 3,
      epochs: EPOCHS,
      learningRate: 0.02,
      initialScale: 0.5,
    };
    const seed = SeedKey.root(5);
    const inner = bprInnerProblem(kernels, { interactions: train, realUsers: REAL }, options, seed);
    const rowsOf = (t: number) => {
      const { parameter, rows, columns } = inner.state.tables[t];
      return Array.from({ length: rows }, (_, r) => [...parameter.slice(r * columns, (r + 1) * columns)]);
    };
    const start = [rowsOf(0), rowsOf(1)] as const;
    const targets = kernels.allocateIndices(TARGETS.length);
    targets.set(TARGETS);
    const fakeGradient = kernels.allocate(FAKE * ITEMS);
    const { adversarialLoss } = await hypergradient({
      ...inner,
      objective: createPushObjective(kernels, inner.scores, targets),
      estimator,
      fakeGradient,
    });

    const source = new SampleSource(train, options, seed);
    const dense = { train, realUsers: REAL, source, start, targets: TARGETS, ...options };
    const boundary = estimator.kind === 'unrolled' ? EPOCHS - estimator.epochs : 0;
    const binary = Array.from({ length: FAKE }, (_, v) =>
      Array.from({ length: ITEMS }, (_, i) => (train.has(REAL + v, i) ? 1 : 0)),
    );
    expect(denseBprAdversarialLoss(dense, binary, boundary)).toBeCloseTo(adversarialLoss, 9);
    const step = 1e-6;
    for (let entry = 0; entry < FAKE * ITEMS; entry++) {
      const at = (sign: number) => {
        const moved = binary.map((row) => [...row]);
        moved[Math.floor(entry / ITEMS)][entry % ITEMS] += sign * step;
        return denseBprAdversarialLoss(dense, moved, boundary);
      };
      const expected = (at(1) - at(-1)) / (2 * step);
      expect(Math.abs(fakeGradient[entry] - expected), `entry ${entry}`).toBeLessThan(
        1e-5 * Math.max(1, Math.abs(expected)),
      );
    }
    expect(fakeGradient.every((value) => value !== 0)).toBe(true);
    inner.release();
    kernels.release(targets);
    kernels.release(fakeGradient);
    expect(kernels.memory().used).toBe(0);
  });
});
