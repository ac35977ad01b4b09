import { afterAll, describe, expect, it } from 'vitest';
import { withGraph } from '../../../dist/autodiff/index.js';
import { InteractionMatrix } from '../../../dist/data/interactions.js';
import { createReferenceKernels, createWasmKernels } from '../../../dist/kernels/index.js';
import {
  createMultVaeBatch,
  fillNoise,
  inputWeight,
  type MultVaeProblem,
  releaseMultVaeBatch,
} from '../../../dist/recommenders/mult-vae/batches.js';
import { createMultVaeModel } from '../../../dist/recommenders/mult-vae/model.js';
import { multVae } from '../../../dist/recommenders/mult-vae/mult-vae.js';
import { MULT_VAE_DEFAULTS, type MultVaeOptions } from '../../../dist/recommenders/mult-vae/options.js';
import { multVaeInnerProblem } from '../../../dist/recommenders/mult-vae/training.js';
import { SeedKey } from '../../../dist/rng.js';
import { checkerboard, conformance, everyone } from '../conformance.js';

const kernels = await createWasmKernels({ threads: 1 });
afterAll(() => kernels.dispose());

const OPTIONS: MultVaeOptions = {
  hiddenUnits: 12,
  factors: 5,
  learningRate: 0.02,
  weightDecay: 1e-6,
  epochs: 60,
  batchSize: 8,
  betaIncrement: 1e-4,
  betaLimit: 1,
  inputNormalisation: false,
  inputDropout: 0,
};

conformance(kernels, {
  recommender: multVae,
  options: OPTIONS,
  seeded: true,
  stepwise: true,
  diverging: { learningRate: 1e30 },
  checkerboard: true,
});

describe('mult-vae with normalised input and dropout', () => {
  it('ranks the missing item of the own group first', async () => {
    const options = { ...OPTIONS, inputNormalisation: true, inputDropout: 0.3 };
    const fitted = await multVae.fit(checkerboard(), options, SeedKey.root(1), { kernels });
    const { items } = await fitted.recommend({ users: everyone, top: 1 });
    for (const user of everyone) expect(Math.floor(items[user] / 6)).toBe(user < 12 ? 0 : 1);
    fitted.dispose();
  });
});

/** One hidden unit, one factor, three items; users with two clicks, one, none. */
const TINY = { hiddenUnits: 1, factors: 1, betaIncrement: 0.1, betaLimit: 0.25 };
const CLICKS = InteractionMatrix.fromRows(3, [[0, 2], [1], []]);

function tinyProblem(changes: Partial<MultVaeOptions> = {}): MultVaeProblem {
  const options = { ...MULT_VAE_DEFAULTS, ...TINY, ...changes };
  return { users: 3, items: 3, realUsers: 3, interactions: CLICKS, options, seed: SeedKey.root(4) };
}

/** Loss of the tiny problem's full batch at step `step`, both ways of evaluating it. */
function losses(tables: number[][], step: number): number[] {
  const f64 = createReferenceKernels('f64');
  const problem = tinyProblem();
  const model = createMultVaeModel(f64, problem);
  const batch = createMultVaeBatch(f64, problem, [2, 0, 1], 0, step);
  const values = [false, true].map((traced) =>
    withGraph(f64, (graph) => {
      const parameters = model.tables.map(({ rows, columns }, t) =>
        graph.variable(Float64Array.from(tables[t]), rows, columns),
      );
      return model.loss(graph, parameters, batch, traced).loss.data[0];
    }),
  );
  releaseMultVaeBatch(f64, batch);
  expect(f64.memory().used).toBe(0);
  return values;
}

describe('the loss, by hand', () => {
  const zero = () => [[0, 0, 0], [0], [0, 0], [0, 0], [0], [0], [0, 0, 0, 0, 0, 0]];

  it('is log(items) for each user with clicks when all parameters are 0', () => {
    for (const loss of losses(zero(), 2)) expect(loss).toBeCloseTo(2 * Math.log(3), 12);
  });

  it('takes the mean over the clicks, whatever their number', () => {
    const tables = zero();
    tables[6] = [0, Math.log(1), 0, Math.log(2), 0, Math.log(5)];
    // softmax of the biases: 1/8, 2/8, 5/8
    const expected = -(Math.log(1 / 8) + Math.log(5 / 8)) / 2 - Math.log(2 / 8);
    for (const loss of losses(tables, 0)) expect(loss).toBeCloseTo(expected, 12);
  });

  it('adds beta times the divergence from the prior for every user, beta growing to its limit', () => {
    const tables = zero();
    tables[3] = [2, Math.log(9)]; // mean 2, variance 9
    const divergence = 3 * 0.5 * (9 + 4 - 1 - Math.log(9));
    for (const [step, beta] of [
      [0, 0],
      [2, 0.2],
      [3, 0.25],
      [100, 0.25],
    ])
      for (const loss of losses(tables, step))
        expect(loss).toBeCloseTo(2 * Math.log(3) + beta * divergence, 12);
  });
});

describe('the ranked factors', () => {
  it('come from the mean, without noise, the bias as one more factor', () => {
    const f64 = createReferenceKernels('f64');
    const { options, seed } = tinyProblem({ inputNormalisation: true });
    const data = { interactions: CLICKS, realUsers: 3 };
    const problem = multVaeInnerProblem(f64, data, options, seed);
    const tables = [[0.5, 1, -0.2], [0.1], [3, 7], [0.4, 7], [2], [-1], [1, 2, 3, 4, 5, 6]];
    problem.state.tables.forEach(({ parameter }, t) => {
      parameter.set(tables[t]);
    });
    withGraph(f64, (graph) => {
      const parameters = problem.state.tables.map(({ parameter, rows, columns }) =>
        graph.constant(parameter, rows, columns),
      );
      const { users, items, fake } = problem.scores.factors(graph, parameters, true);
      const hidden = (input: number) => Math.tanh((Math.tanh(input + 0.1) * 3 + 0.4) * 2 - 1);
      const expected = [hidden((0.5 - 0.2) / Math.SQRT2), 1, hidden(1), 1, hidden(0), 1];
      expected.forEach((value, j) => {
        expect(users.data[j]).toBeCloseTo(value, 12);
      });
      expect(Array.from(items.data)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(fake).toEqual([]);
    });
    problem.release();
    expect(f64.memory().used).toBe(0);
  });
});

describe('the draws of a user', () => {
  it('depend on (seed, epoch, user) alone', () => {
    const problem = tinyProblem({ factors: 4 });
    const noise = (users: number[], epoch: number, of = problem) => {
      const values = new Float64Array(users.length * 4);
      fillNoise(values, of, users, epoch);
      return Array.from(values);
    };
    const all = noise([0, 1, 2], 3);
    expect(noise([2], 3)).toEqual(all.slice(8));
    expect(noise([2], 4)).not.toEqual(all.slice(8));
    expect(noise([2], 3, { ...problem, seed: SeedKey.root(5) })).not.toEqual(all.slice(8));
    expect(noise([1, 2, 40], 3).slice(0, 8)).toEqual(all.slice(4));
  });

  it('leave out a share of the clicks, scale up the rest, and leave none out in ranking', () => {
    const problem = tinyProblem({ inputDropout: 0.25 });
    const weights = Array.from({ length: 20_000 }, (_, item) => inputWeight(problem, 1, 7)(item));
    const dropped = weights.filter((weight) => weight === 0).length;
    // 3.3 standard deviations of a binomial share
    expect(Math.abs(dropped / 20_000 - 0.25)).toBeLessThan(0.01);
    expect(new Set(weights)).toEqual(new Set([0, 4 / 3]));
    const again = inputWeight(problem, 1, 7);
    expect(weights.slice(0, 50)).toEqual(Array.from({ length: 50 }, (_, item) => again(item)));
    const later = inputWeight(problem, 1, 8);
    expect(weights.slice(0, 50)).not.toEqual(Array.from({ length: 50 }, (_, item) => later(item)));
    expect(inputWeight(problem, 1, null)(5)).toBe(1);
  });

  it('divide by the root of the number of clicks when the input is normalised', () => {
    const problem = tinyProblem({ inputNormalisation: true });
    expect(inputWeight(problem, 0, 0)(1)).toBe(1 / Math.SQRT2);
    expect(inputWeight(problem, 2, 0)(1)).toBe(1);
  });
});

describe('memory', () => {
  it('stays near what fitCost says', async () => {
    const users = 700;
    const rows = Array.from({ length: users }, (_, user) =>
      SeedKey.root(9).child(user).stream().sample(3000, 12).sort(),
    );
    const train = InteractionMatrix.fromRows(3000, rows);
    const options = { ...MULT_VAE_DEFAULTS, hiddenUnits: 128, factors: 64, epochs: 1, batchSize: 256 };
    const alone = await createWasmKernels({ threads: 2 });
    const before = alone.memory().used;
    const fitted = await multVae.fit(train, options, SeedKey.root(1), { kernels: alone });
    const measured = alone.memory().peak - before;
    const { bytes } = multVae.fitCost({ users, items: 3000, interactions: train.nonZeros }, options);
    expect(measured / bytes).toBeGreaterThan(0.7);
    expect(measured / bytes).toBeLessThan(1.1);
    fitted.dispose();
    alone.dispose();
  });
});
