import { afterAll, describe, expect, it } from 'vitest';
import { withGraph } from '../../../dist/autodiff/index.js';
import { createReferenceKernels, createWasmKernels } from '../../../dist/kernels/index.js';
import { createItemAeData, type ItemAeProblem } from '../../../dist/recommenders/item-ae/data.js';
import { itemAe } from '../../../dist/recommenders/item-ae/item-ae.js';
import { createItemAeModel } from '../../../dist/recommenders/item-ae/model.js';
import { itemAeInnerProblem } from '../../../dist/recommenders/item-ae/training.js';
import { SeedKey } from '../../../dist/rng.js';
import { checkerboard, conformance } from '../conformance.js';

const kernels = await createWasmKernels({ threads: 1 });
afterAll(() => kernels.dispose());

const OPTIONS = {
  ...itemAe.defaults,
  hiddenUnits: 8,
  codeUnits: 4,
  learningRate: 0.02,
  epochs: 60,
  batchSize: 5,
};

conformance(kernels, {
  recommender: itemAe,
  options: OPTIONS,
  seeded: true,
  stepwise: true,
  diverging: { learningRate: 1e30 },
  checkerboard: true,
});

describe('the loss of ItemAE', () => {
  const f64 = createReferenceKernels('f64');
  // Item 0 was clicked by users 0 and 2 (fake), item 1 by user 1; one hidden unit.
  const problem: ItemAeProblem = {
    users: 3,
    realUsers: 2,
    items: 2,
    clicks: { rowPointers: Int32Array.of(0, 2, 3), columns: Int32Array.of(0, 2, 1) },
    hidden: [1],
    activation: 'tanh',
    positiveWeight: 5,
  };

  it.each([false, true])('is the one worked out by hand (fake data differentiated: %s)', (differentiate) => {
    const data = createItemAeData(f64, problem);
    const batch = data.createBatch([1, 0]);
    const loss = withGraph(f64, (graph) => {
      const parameters = [
        graph.variable(Float64Array.of(0.3, -0.2, 0.5), 3, 1),
        graph.variable(Float64Array.of(0.1), 1, 1),
        graph.variable(Float64Array.of(2, 1, -1), 3, 1),
        graph.variable(Float64Array.of(0.1, 0.2, 0.3), 3, 1),
      ];
      return createItemAeModel(data).loss(graph, parameters, batch, differentiate).loss.data[0];
    });
    const [h0, h1] = [Math.tanh(0.3 + 0.5 + 0.1), Math.tanh(-0.2 + 0.1)];
    const item0 = 5 * (1 - (2 * h0 + 0.1)) ** 2 + (h0 + 0.2) ** 2 + 5 * (1 - (-h0 + 0.3)) ** 2;
    const item1 = (2 * h1 + 0.1) ** 2 + 5 * (1 - (h1 + 0.2)) ** 2 + (-h1 + 0.3) ** 2;
    expect(loss).toBeCloseTo(item0 + item1, 12);
    data.releaseBatch(batch);
    data.release();
    expect(f64.memory().used).toBe(0);
  });
});

describe('the initial state of ItemAE', () => {
  it('draws real rows the same when users are appended, the first layer scaled by the number of rows', () => {
    const state = (fakeUsers: number) => {
      const interactions = checkerboard().appendRows(Array.from({ length: fakeUsers }, () => [0, 7]));
      const problem = itemAeInnerProblem(kernels, { interactions, realUsers: 24 }, OPTIONS, SeedKey.root(1));
      const tables = problem.state.tables.map(({ parameter }) => Array.from(parameter));
      problem.release();
      return tables;
    };
    const [clean, poisoned] = [state(0), state(3)];
    clean.forEach((table, t) => {
      const scale = t < 2 ? Math.sqrt(24 / 27) : 1;
      const real = poisoned[t].slice(0, table.length);
      real.forEach((value, i) => {
        expect(Math.abs(value - scale * table[i])).toBeLessThan(1e-7);
      });
    });
    expect(poisoned[0]).toHaveLength(27 * 8);
    const bound = 1 / Math.sqrt(24);
    const largest = clean[0].reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    expect(largest).toBeLessThanOrEqual(bound);
    expect(largest).toBeGreaterThan(0.9 * bound);
  });
});
