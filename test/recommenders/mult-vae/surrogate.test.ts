import { afterAll, describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../../dist/data/interactions.js';
import { hypergradient, type TrajectoryEstimator } from '../../../dist/hypergradient/hypergradient.js';
import { createPushObjective } from '../../../dist/hypergradient/push-objective.js';
import {
  createReferenceKernels,
  createWasmKernels,
  type FloatArray,
  type Kernels,
} from '../../../dist/kernels/index.js';
import { type DenseVaeProblem, trainDense } from '../../../dist/recommenders/mult-vae/dense.js';
import type { MultVaeOptions } from '../../../dist/recommenders/mult-vae/options.js';
import { multVaeInnerProblem } from '../../../dist/recommenders/mult-vae/training.js';
import { shuffledBatches } from '../../../dist/recommenders/sampling/batches.js';
import { SeedKey } from '../../../dist/rng.js';

const SEED = SeedKey.root(11);
const [REAL, FAKE, ITEMS] = [8, 2, 6];
const TARGETS = [1, 4];

const OPTIONS: MultVaeOptions = {
  hiddenUnits: 5,
  factors: 3,
  learningRate: 0.02,
  weightDecay: 1e-4,
  epochs: 4,
  batchSize: 0,
  betaIncrement: 0.02,
  betaLimit: 0.07,
  inputNormalisation: false,
  inputDropout: 0,
};

/** Real users click four of six items each (one of them none), fake users two. */
function data() {
  const rows = Array.from({ length: REAL + FAKE }, (_, user) => {
    const stream = SEED.child('clicks').child(user).stream();
    return stream.sample(ITEMS, user === 3 ? 0 : user < REAL ? 4 : 2).sort();
  });
  return InteractionMatrix.fromRows(ITEMS, rows);
}

async function gradientOf<A extends FloatArray>(
  kernels: Kernels<A>,
  options: MultVaeOptions,
  estimator: TrajectoryEstimator,
) {
  const problem = multVaeInnerProblem(kernels, { interactions: data(), realUsers: REAL }, options, SEED);
  const targets = kernels.allocateIndices(TARGETS.length);
  targets.set(TARGETS);
  const fakeGradient = kernels.allocate(FAKE * ITEMS);
  const result = await hypergradient({
    ...problem,
    objective: createPushObjective(kernels, problem.scores, targets),
    estimator,
    fakeGradient,
  });
  const gradient = Array.from(fakeGradient);
  problem.release();
  kernels.release(targets);
  kernels.release(fakeGradient);
  return { ...result, gradient };
}

function denseProblem(options: MultVaeOptions): DenseVaeProblem {
  const interactions = data();
  const f64 = createReferenceKernels('f64');
  const { state, release } = multVaeInnerProblem(f64, { interactions, realUsers: REAL }, options, SEED);
  const initial = state.tables.map(({ parameter, rows, columns }) =>
    Array.from({ length: rows }, (_, i) => Array.from(parameter.subarray(i * columns, (i + 1) * columns))),
  );
  release();
  const users = REAL + FAKE;
  const order = shuffledBatches(users, options, SEED);
  return {
    problem: { users, items: ITEMS, realUsers: REAL, interactions, options, seed: SEED },
    rows: Array.from({ length: users }, (_, u) =>
      Array.from({ length: ITEMS }, (_, i) => (interactions.has(u, i) ? 1 : 0)),
    ),
    initial,
    batches: Array.from({ length: options.epochs }, (_, epoch) => order.rowsOf(epoch)),
    targets: TARGETS,
  };
}

/** name, changes of the options, unrolled epochs */
const TABLE: [string, Partial<MultVaeOptions>, number][] = [
  ['full batch', {}, 1],
  ['full batch, exact', {}, 4],
  ['mini-batches', { batchSize: 4 }, 1],
  ['mini-batches', { batchSize: 4 }, 2],
  ['normalised input', { inputNormalisation: true, batchSize: 5 }, 2],
  ['dropout', { inputDropout: 0.4, batchSize: 5 }, 2],
];

describe('mult-vae: unrolled hypergradient against central finite differences in float64', () => {
  it.each(TABLE)('%s, %o, unroll %i', async (_, changes, epochs) => {
    const options = { ...OPTIONS, ...changes };
    const dense = denseProblem(options);
    const f64 = createReferenceKernels('f64');
    const { gradient, adversarialLoss, losses } = await gradientOf(f64, options, {
      kind: 'unrolled',
      epochs,
    });
    const boundary = options.epochs - epochs;
    const binary = dense.rows.slice(REAL);
    const expectedRun = trainDense(dense, binary, boundary);
    expect(adversarialLoss).toBeCloseTo(expectedRun.adversarialLoss, 9);
    losses.forEach((loss, epoch) => {
      expect(loss).toBeCloseTo(expectedRun.losses[epoch], 9);
    });
    for (let trial = 0; trial < 3; trial++) {
      const stream = SEED.child('direction').child(trial).stream();
      const direction = binary.map((row) => row.map(() => stream.normal()));
      const step = 1e-5;
      const at = (sign: number) =>
        trainDense(
          dense,
          binary.map((row, v) => row.map((x, i) => x + sign * step * direction[v][i])),
          boundary,
        ).adversarialLoss;
      const expected = (at(1) - at(-1)) / (2 * step);
      const actual = direction.flat().reduce((sum, value, i) => sum + value * gradient[i], 0);
      expect(Math.abs(expected)).toBeGreaterThan(1e-6);
      expect(Math.abs(actual - expected)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected)));
    }
    expect(f64.memory().used).toBe(0);
  });
});

describe('mult-vae as a surrogate', () => {
  it('unrolled(L) is exact, to the last bit; partial is 0, because scores read no fake data', async () => {
    const options = { ...OPTIONS, batchSize: 4 };
    const f64 = createReferenceKernels('f64');
    const exact = await gradientOf(f64, options, { kind: 'exact' });
    const full = await gradientOf(f64, options, { kind: 'unrolled', epochs: 4 });
    expect(full.gradient).toEqual(exact.gradient);
    const partial = await gradientOf(f64, options, { kind: 'partial' });
    expect(partial.gradient).toEqual(Array(FAKE * ITEMS).fill(0));
  });

  it('takes the same steps inside the window as outside, to rounding', async () => {
    const options = { ...OPTIONS, batchSize: 4, epochs: 3 };
    const f64 = createReferenceKernels('f64');
    const outside = await gradientOf(f64, options, { kind: 'partial' });
    const inside = await gradientOf(f64, options, { kind: 'exact' });
    expect(inside.adversarialLoss).toBeCloseTo(outside.adversarialLoss, 10);
    inside.losses.forEach((loss, epoch) => {
      expect(loss).toBeCloseTo(outside.losses[epoch], 10);
    });
  });

  it('gives in float32 the gradient of float64', async () => {
    const wasm = await createWasmKernels({ threads: 2, inlineMicroseconds: 0 });
    afterAll(() => wasm.dispose());
    const options = { ...OPTIONS, batchSize: 4 };
    const estimator: TrajectoryEstimator = { kind: 'unrolled', epochs: 2 };
    const expected = await gradientOf(createReferenceKernels('f64'), options, estimator);
    const actual = await gradientOf(wasm, options, estimator);
    const norm = (values: number[]) => Math.hypot(...values);
    const error = norm(actual.gradient.map((value, i) => value - expected.gradient[i]));
    expect(error / norm(expected.gradient)).toBeLessThan(1e-5);
  });
});
