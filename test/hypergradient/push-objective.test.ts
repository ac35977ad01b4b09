import { describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import { hypergradient, type TrajectoryEstimator } from '../../dist/hypergradient/hypergradient.js';
import { createPushObjective } from '../../dist/hypergradient/push-objective.js';
import { createReferenceKernels } from '../../dist/kernels/index.js';
import { recommenderNamed, surrogateNamed } from '../../dist/recommenders/registry.js';
import { SeedKey } from '../../dist/rng.js';

const kernels = createReferenceKernels('f64');
const REAL = 6;
const FAKE = 2;
const ITEMS = 5;
const interactions = InteractionMatrix.fromRows(ITEMS, [
  ...[
    [0, 1],
    [1, 2, 3],
    [0, 4],
    [2, 3],
    [1, 4],
    [0, 2, 4],
  ],
  ...[
    [1, 3],
    [0, 3, 4],
  ],
]);
const targets = Int32Array.of(1, 4);

const SMALL: Record<string, object> = {
  wrmf: { factors: 3, epochs: 4, batchSize: 3, learningRate: 0.05, initialScale: 0.3 },
  'item-ae': { hiddenUnits: 4, codeUnits: 3, epochs: 3, batchSize: 3 },
};

/** L_adv and its hypergradient on some users; null: on all, as it is without a sample. */
async function run(
  name: string,
  estimator: TrajectoryEstimator,
  sample: Int32Array | null,
  population?: number,
) {
  const options = { ...recommenderNamed(name).defaults, ...SMALL[name] };
  const data = { interactions, realUsers: REAL };
  const problem = surrogateNamed(name).innerProblem(kernels, data, options, SeedKey.root(1));
  const fakeGradient = new Float64Array(FAKE * ITEMS);
  const objective = createPushObjective(kernels, problem.scores, targets, sample, population);
  const { adversarialLoss } = await hypergradient({ ...problem, objective, estimator, fakeGradient });
  problem.release();
  return { adversarialLoss, fakeGradient };
}

/** All subsets of `size` real users. */
function subsets(size: number, from = 0): number[][] {
  if (size === 0) return [[]];
  return Array.from({ length: REAL - from }, (_, n) => from + n).flatMap((first) =>
    subsets(size - 1, first + 1).map((rest) => [first, ...rest]),
  );
}

const CASES: [string, number, TrajectoryEstimator][] = [
  ['wrmf', 1, { kind: 'exact' }],
  ['wrmf', 2, { kind: 'unrolled', epochs: 2 }],
  // Its predictions read the fake data: the explicit derivative is estimated too.
  ['item-ae', 2, { kind: 'partial' }],
  ['item-ae', 4, { kind: 'unrolled', epochs: 1 }],
];

describe('the push objective on a sample of the real users', () => {
  it.each(CASES)(
    '%s, %i users, %o: the mean over all samples is the full objective',
    async (name, size, estimator) => {
      const full = await run(name, estimator, null);
      const samples = subsets(size);
      const mean = { loss: 0, gradient: new Float64Array(FAKE * ITEMS) };
      let apart = 0;
      for (const users of samples) {
        const { adversarialLoss, fakeGradient } = await run(name, estimator, Int32Array.from(users));
        mean.loss += adversarialLoss / samples.length;
        fakeGradient.forEach((value, entry) => {
          mean.gradient[entry] += value / samples.length;
        });
        apart = Math.max(apart, Math.abs(adversarialLoss / full.adversarialLoss - 1));
      }
      expect(Math.abs(mean.loss / full.adversarialLoss - 1)).toBeLessThan(1e-13);
      const largest = Math.max(...full.fakeGradient.map(Math.abs));
      expect(largest).toBeGreaterThan(0);
      full.fakeGradient.forEach((value, entry) => {
        expect(Math.abs(mean.gradient[entry] - value)).toBeLessThan(1e-12 * largest);
      });
      // It is the mean alone: the samples differ.
      expect(apart).toBeGreaterThan(1e-3);
    },
  );

  it('of all real users is the objective itself', async () => {
    const everyone = Int32Array.from({ length: REAL }, (_, user) => user);
    const [full, same] = [
      await run('wrmf', { kind: 'exact' }, null),
      await run('wrmf', { kind: 'exact' }, everyone),
    ];
    expect(same).toEqual(full);
  });
});

it('is the sum over a part of the users where that is the population', async () => {
  const some = [0, 2, 5];
  const whole = await run('wrmf', { kind: 'exact' }, Int32Array.from(some), 3);
  const each = await Promise.all(some.map((user) => run('wrmf', { kind: 'exact' }, Int32Array.of(user), 1)));
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  expect(whole.adversarialLoss).toBeCloseTo(sum(each.map(({ adversarialLoss }) => adversarialLoss)), 10);
  whole.fakeGradient.forEach((value, e) => {
    expect(value).toBeCloseTo(sum(each.map(({ fakeGradient }) => fakeGradient[e])), 10);
  });
});
