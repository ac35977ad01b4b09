import { afterAll, describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../../dist/data/interactions.js';
import {
  createReferenceKernels,
  createWasmKernels,
  type FloatArray,
  type Kernels,
} from '../../../dist/kernels/index.js';
import { NcfBatches } from '../../../dist/recommenders/ncf/batches.js';
import {
  type NcfBatch,
  type NcfGradient,
  type NcfParameters,
  ncfBatch,
  weightCount,
  weightViews,
} from '../../../dist/recommenders/ncf/model.js';
import { ncf } from '../../../dist/recommenders/ncf/ncf.js';
import type { NcfOptions } from '../../../dist/recommenders/ncf/options.js';
import { withRegion } from '../../../dist/recommenders/training/region.js';
import { SeedKey } from '../../../dist/rng.js';
import { checkerboard, conformance, everyone } from '../conformance.js';

const kernels = await createWasmKernels({ threads: 1 });
afterAll(() => kernels.dispose());

const OPTIONS: NcfOptions = {
  factors: 4,
  mlpFactors: 3,
  hiddenSize: 5,
  negatives: 3,
  batchSize: 32,
  learningRate: 0.02,
  regularisation: 1e-5,
  epochs: 120,
  initialScale: 0.1,
  productWeights: 'trained',
  adam: 'exact',
};

conformance(kernels, {
  recommender: ncf,
  options: OPTIONS,
  seeded: true,
  stepwise: true,
  diverging: { learningRate: 1e30 },
  checkerboard: true,
});

const SIZES = { factors: 4, mlpFactors: 3, hiddenSize: 5 };
const L2 = 0.3;

/** Parameters of normal draws in the kernels' memory, and the first batch of the checkerboard. */
function problem<A extends FloatArray>(on: Kernels<A>) {
  const train = checkerboard();
  const draw = (length: number, seed: string) => {
    const stream = SeedKey.root(8).child(seed).stream();
    const values = on.allocate(length);
    for (let i = 0; i < length; i++) values[i] = Math.fround(0.7 * stream.normal());
    return values;
  };
  const parameters: NcfParameters<A> = {
    userGmf: draw(train.users * SIZES.factors, 'userGmf'),
    itemGmf: draw(train.items * SIZES.factors, 'itemGmf'),
    userMlp: draw(train.users * SIZES.mlpFactors, 'userMlp'),
    itemMlp: draw(train.items * SIZES.mlpFactors, 'itemMlp'),
    weights: draw(weightCount(SIZES), 'weights'),
  };
  const batches = new NcfBatches(on, train, { negatives: 3, batchSize: 40, epochs: 1 }, SeedKey.root(8));
  return { parameters, batch: batches.draw(0, 0), batches };
}

type Values = Record<keyof NcfParameters<FloatArray>, Float64Array>;

/** The gradient by table, 0 at rows that the batch does not use. */
function whole<A extends FloatArray>(
  on: Kernels<A>,
  parameters: NcfParameters<A>,
  { userGroups, itemGroups }: NcfBatch<A>,
  gradient: NcfGradient<A>,
): Values {
  const spread = (name: 'userGmf' | 'itemGmf' | 'userMlp' | 'itemMlp', columns: number) => {
    const groups = name.startsWith('user') ? userGroups : itemGroups;
    const given = gradient[name];
    const rows = on.allocate(groups.count * columns);
    if ('groups' in given) on.sumRows(parameters[name], columns, given, rows);
    else on.copy(given, rows);
    const out = new Float64Array(parameters[name].length);
    for (let k = 0; k < groups.count; k++)
      out.set(rows.subarray(k * columns, (k + 1) * columns), groups.rows[k] * columns);
    on.release(rows);
    return out;
  };
  return {
    userGmf: spread('userGmf', SIZES.factors),
    itemGmf: spread('itemGmf', SIZES.factors),
    userMlp: spread('userMlp', SIZES.mlpFactors),
    itemMlp: spread('itemMlp', SIZES.mlpFactors),
    weights: Float64Array.from(gradient.weights),
  };
}

function evaluate<A extends FloatArray>(on: Kernels<A>, parameters: NcfParameters<A>, batch: NcfBatch<A>) {
  return withRegion(on, (allocate) => {
    const { loss, gradient } = ncfBatch(on, SIZES, parameters, batch, L2, allocate);
    return { loss, gradient: whole(on, parameters, batch, gradient) };
  });
}

/** score(u, i) as the paper writes it: a layer over the concatenated embeddings. */
function plainScore(parameters: NcfParameters<FloatArray>, user: number, item: number): number {
  const { factors, mlpFactors: m, hiddenSize } = SIZES;
  const { user: a, item: b, bias, gmf, mlp, output } = weightViews(parameters.weights, SIZES);
  let score = output[0];
  for (let f = 0; f < factors; f++)
    score += gmf[f] * parameters.userGmf[user * factors + f] * parameters.itemGmf[item * factors + f];
  for (let h = 0; h < hiddenSize; h++) {
    let z = bias[h];
    for (let f = 0; f < m; f++) {
      z += a[h * m + f] * parameters.userMlp[user * m + f];
      z += b[h * m + f] * parameters.itemMlp[item * m + f];
    }
    score += mlp[h] * Math.tanh(z);
  }
  return score;
}

/** Sum of the pairs' cross-entropies, and the L2 of the embeddings each time they are used. */
function plainLoss(parameters: NcfParameters<FloatArray>, { users, items }: NcfBatch<FloatArray>) {
  const width = items.length / users.length;
  let loss = 0;
  let squares = 0;
  const use = (table: FloatArray, row: number, columns: number) => {
    for (const value of table.subarray(row * columns, (row + 1) * columns)) squares += value ** 2;
  };
  users.forEach((user, s) => {
    use(parameters.userGmf, user, SIZES.factors);
    use(parameters.userMlp, user, SIZES.mlpFactors);
    for (let n = 0; n < width; n++) {
      const item = items[s * width + n];
      use(parameters.itemGmf, item, SIZES.factors);
      use(parameters.itemMlp, item, SIZES.mlpFactors);
      const probability = 1 / (1 + Math.exp(-plainScore(parameters, user, item)));
      loss -= Math.log(n === 0 ? probability : 1 - probability);
    }
  });
  return { loss, objective: loss / items.length + (L2 / 2) * squares };
}

describe('a batch of ncf', () => {
  it('has the loss of the formula, and the gradient that central differences give', () => {
    const f64 = createReferenceKernels('f64');
    const { parameters, batch, batches } = problem(f64);
    const { loss, gradient } = evaluate(f64, parameters, batch);
    expect(loss / plainLoss(parameters, batch).loss).toBeCloseTo(1, 12);
    for (const [name, values] of Object.entries(parameters)) {
      for (let i = 0; i < values.length; i++) {
        const kept = values[i];
        const at = (shift: number) => {
          values[i] = kept + shift;
          return plainLoss(parameters, batch).objective;
        };
        const numeric = (at(1e-5) - at(-1e-5)) / 2e-5;
        values[i] = kept;
        expect(Math.abs(gradient[name as keyof Values][i] - numeric), `${name} ${i}`).toBeLessThan(1e-8);
      }
    }
    for (const values of Object.values(parameters)) f64.release(values);
    batches.release();
    expect(f64.memory().used).toBe(0);
  });

  it('is the same in float32 up to rounding', () => {
    const f64 = createReferenceKernels('f64');
    const exact = problem(f64);
    const fast = problem(kernels);
    expect(Array.from(fast.batch.items)).toEqual(Array.from(exact.batch.items));
    const expected = evaluate(f64, exact.parameters, exact.batch);
    const got = evaluate(kernels, fast.parameters, fast.batch);
    expect(got.loss / expected.loss).toBeCloseTo(1, 5);
    for (const [name, values] of Object.entries(expected.gradient)) {
      const largest = values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      values.forEach((x, i) => {
        const difference = Math.abs(got.gradient[name as keyof Values][i] - x);
        expect(difference, `${name} ${i}`).toBeLessThan(1e-5 * largest);
      });
    }
    for (const values of Object.values(fast.parameters)) kernels.release(values);
    fast.batches.release();
  });
});

describe('ncf', () => {
  it('ranks by the scores of the formula', async () => {
    const train = InteractionMatrix.fromRows(12, Array(24).fill([]));
    const fitted = await ncf.fit(checkerboard(), { ...OPTIONS, epochs: 5 }, SeedKey.root(3), { kernels });
    const saved = fitted.save();
    fitted.dispose();
    const restored = ncf.restore(saved, train, { kernels });
    const { items } = await restored.recommend({ users: everyone, top: 12 });
    restored.dispose();
    const sized = { ...saved.arrays } as unknown as NcfParameters<Float32Array>;
    for (const user of everyone) {
      const scores = Array.from({ length: 12 }, (_, item) => plainScore(sized, user, item));
      const list = Array.from(items.subarray(user * 12, user * 12 + 12));
      for (let r = 1; r < 12; r++) expect(scores[list[r]]).toBeLessThan(scores[list[r - 1]] + 1e-6);
    }
  });

  it("keeps the product's output weights at 1 where it is told to, and trains all others", async () => {
    const still = { ...OPTIONS, epochs: 1, learningRate: 1e-12 };
    const weightsOf = async (options: NcfOptions) => {
      const fitted = await ncf.fit(checkerboard(), options, SeedKey.root(4), { kernels });
      const views = weightViews(fitted.save().arrays.weights as Float32Array, SIZES);
      fitted.dispose();
      return views;
    };
    for (const productWeights of ['trained', 'ones'] as const) {
      const start = await weightsOf({ ...still, productWeights });
      const end = await weightsOf({ ...OPTIONS, productWeights });
      for (const name of ['user', 'item', 'bias', 'mlp', 'output'] as const)
        expect(Math.abs(end[name][0] - start[name][0])).toBeGreaterThan(1e-3);
      const ones = Array<number>(SIZES.factors).fill(1);
      if (productWeights === 'ones') expect([start.gmf, end.gmf].map((w) => [...w])).toEqual([ones, ones]);
      else expect(Math.abs(end.gmf[0] - start.gmf[0])).toBeGreaterThan(1e-3);
    }
  });

  it('gives a real user the same draws when fake users are appended', () => {
    const train = checkerboard();
    const rows = Array.from(everyone, (user) => train.row(user));
    const poisoned = InteractionMatrix.fromRows(12, [...rows, Int32Array.of(0, 11)]);
    const drawn = (data: InteractionMatrix) => {
      const batches = new NcfBatches(
        kernels,
        data,
        { negatives: 3, batchSize: 0, epochs: 1 },
        SeedKey.root(5),
      );
      const { users, items } = batches.draw(0, 0);
      const pairs = Array.from(users, (user, s) => [user, ...items.subarray(s * 4, s * 4 + 4)]);
      batches.release();
      return pairs.filter(([user]) => user < 24);
    };
    expect(drawn(poisoned)).toEqual(drawn(train));
  });

  it.each(['exact', 'lazy'] as const)('lowers its loss with %s Adam', async (adam) => {
    const fitted = await ncf.fit(checkerboard(), { ...OPTIONS, adam }, SeedKey.root(2), { kernels });
    expect(fitted.losses).toHaveLength(OPTIONS.epochs);
    expect(fitted.losses[OPTIONS.epochs - 1]).toBeLessThan(fitted.losses[0] / 2);
    fitted.dispose();
  });
});
