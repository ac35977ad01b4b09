import { afterAll, describe, expect, it } from 'vitest';
import { withGraph } from '../../../dist/autodiff/index.js';
import { InteractionMatrix } from '../../../dist/data/interactions.js';
import { createReferenceKernels, createWasmKernels } from '../../../dist/kernels/index.js';
import { createAdjacency, openBatch, releaseAdjacency } from '../../../dist/recommenders/light-gcn/data.js';
import { lightGcn } from '../../../dist/recommenders/light-gcn/light-gcn.js';
import { createLightGcnModel, createLightGcnScores } from '../../../dist/recommenders/light-gcn/model.js';
import { createPairOrder, type Pairs } from '../../../dist/recommenders/light-gcn/pairs.js';
import { SeedKey } from '../../../dist/rng.js';
import { checkerboard, conformance } from '../conformance.js';

const kernels = await createWasmKernels({ threads: 1 });
afterAll(() => kernels.dispose());

conformance(kernels, {
  recommender: lightGcn,
  options: { ...lightGcn.defaults, factors: 8, learningRate: 0.02, epochs: 20, batchSize: 40 },
  seeded: true,
  stepwise: true,
  diverging: { learningRate: 1e38 },
  checkerboard: true,
});

describe('the loss and the scores of LightGCN', () => {
  it('are those worked out by hand, one factor and one layer', () => {
    const f64 = createReferenceKernels('f64');
    // User 1 has one unclicked item, 2: its negative is known. Item 2 has no click and stays as it is.
    const interactions = InteractionMatrix.fromRows(3, [[0, 2], [0, 1], []]).appendRows([]);
    const data = { users: 3, items: 3, realUsers: 3, interactions };
    const order = createPairOrder(data, { batchSize: 0, epochs: 1 }, SeedKey.root(1));
    const adjacency = createAdjacency(f64, data);
    const problem = { users: 3, items: 3, factors: 1, layers: 1, regularisation: 0.1, adjacency };
    const [a, b] = [Float64Array.of(0.5, -0.4, 0.3), Float64Array.of(0.2, -0.6, 0.7)];
    const batch = openBatch<Float64Array>(f64, data, order, 0, 0);
    const realRows = Int32Array.of(0, 1, 2);
    const { loss, users, items } = withGraph(f64, (graph) => {
      const parameters = [graph.variable(a, 3, 1), graph.variable(b, 3, 1)];
      const scores = createLightGcnScores(problem, realRows).factors(graph, parameters, false);
      return {
        loss: createLightGcnModel(problem).loss(graph, parameters, batch, false).loss.data[0],
        users: Array.from(scores.users.data),
        items: Array.from(scores.items.data),
      };
    });
    // Degrees: users 2, 2, 0; items 2, 1, 1.
    const f = [(0.5 + 0.2 / 2 + 0.7 / Math.SQRT2) / 2, (-0.4 + 0.2 / 2 - 0.6 / Math.SQRT2) / 2, 0.15];
    const g = [(0.2 + 0.5 / 2 - 0.4 / 2) / 2, (-0.6 - 0.4 / Math.SQRT2) / 2, (0.7 + 0.5 / Math.SQRT2) / 2];
    const term = (user: number, positive: number, negative: number) =>
      Math.log1p(Math.exp(f[user] * (g[negative] - g[positive]))) +
      0.05 * (a[user] ** 2 + b[positive] ** 2 + b[negative] ** 2);
    const byHand = term(0, 0, 1) + term(0, 2, 1) + term(1, 0, 2) + term(1, 1, 2);
    expect(loss).toBeCloseTo(byHand, 12);
    users.forEach((value, u) => {
      expect(value).toBeCloseTo(f[u], 12);
    });
    items.forEach((value, i) => {
      expect(value).toBeCloseTo(g[i], 12);
    });
    batch.release();
    releaseAdjacency(f64, adjacency);
    expect(f64.memory().used).toBe(0);
  });
});

describe('the pairs of LightGCN', () => {
  const dataOf = (interactions: InteractionMatrix) => ({
    users: interactions.users,
    items: interactions.items,
    realUsers: 24,
    interactions,
  });
  const seed = SeedKey.root(5);
  const order = (interactions: InteractionMatrix, batchSize: number) =>
    createPairOrder(dataOf(interactions), { batchSize, epochs: 2 }, seed);
  const list = ({ users, positives, negatives }: Pairs) =>
    Array.from(users, (user, n) => [user, positives[n], negatives[n]].join(' '));
  const fakeRows = [[0, 7], [3], []];
  const poisoned = checkerboard().appendRows(fakeRows);

  it('hold every interaction once an epoch, with a negative that the user did not click', () => {
    const pairs = order(checkerboard(), 25);
    const all = [0, 1, 2, 3, 4].map((index) => pairs.clicked(1, index));
    expect(pairs.stepsAnEpoch).toBe(5);
    const seen = all.flatMap((batch) => list(batch).map((pair) => pair.split(' ').map(Number)));
    expect(seen).toHaveLength(120);
    expect(new Set(seen.map(([user, item]) => `${user} ${item}`)).size).toBe(120);
    for (const [user, positive, negative] of seen) {
      expect(checkerboard().has(user, positive)).toBe(true);
      expect(checkerboard().has(user, negative)).toBe(false);
    }
    expect(list(order(checkerboard(), 0).clicked(0, 0))).not.toEqual(
      list(order(checkerboard(), 0).clicked(1, 0)),
    );
  });

  it('keep order and negatives of real users when fake users are appended', () => {
    const clean = list(order(checkerboard(), 0).clicked(0, 0));
    const attacked = list(order(poisoned, 0).clicked(0, 0));
    expect(attacked).toHaveLength(123);
    expect(attacked.filter((pair) => Number(pair.split(' ')[0]) < 24)).toEqual(clean);
  });

  it('give every unclicked pair of a fake user one batch, and the place and negative it would have if clicked', () => {
    const pairs = order(poisoned, 25);
    const candidates = [0, 1, 2, 3, 4].flatMap((index) => list(pairs.candidates(0, index)));
    expect(candidates).toHaveLength(3 * 12 - 3);
    expect(new Set(candidates).size).toBe(33);
    // Clicked, the pair (26, 4) moves from the candidates of a batch to its clicked pairs or one further (batches are full).
    const clicked = order(checkerboard().appendRows([[0, 7], [3], [4]]), 25);
    const where = (find: (index: number) => string[]) =>
      [0, 1, 2, 3, 4].findIndex((index) => find(index).some((pair) => pair.startsWith('26 4 ')));
    const before = where((index) => list(pairs.candidates(0, index)));
    const after = where((index) => list(clicked.clicked(0, index)));
    expect([before, before + 1]).toContain(after);
    const negative = (pair: string[]) => pair.find((text) => text.startsWith('26 4 '));
    expect(negative(list(clicked.clicked(0, after)))).toBe(negative(candidates));
  });

  it('leave out a user who clicked everything: there is nothing to rank below', () => {
    const everything = InteractionMatrix.fromRows(2, [[0, 1], [0]]);
    const data = { users: 2, items: 2, realUsers: 2, interactions: everything };
    const pairs = createPairOrder(data, { batchSize: 0, epochs: 1 }, seed).clicked(0, 0);
    expect(list(pairs)).toEqual(['1 0 1']);
  });
});
