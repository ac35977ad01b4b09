import { describe, expect, it } from 'vitest';
import { createPattern, releasePattern } from '../../dist/kernels/index.js';
import { chooseInstructionSet, nativeInstructionSets } from '../../dist/kernels/wasm/native.js';
import { RowGrouper } from '../../dist/recommenders/sampling/grouping.js';
import { createTeams, nativeBuilds, normals, playTeams, type Scenario } from './support.js';

const ADAM = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.1, step: 3 };

const PER_ROW = 9;

/** Sums over lanes, tiles and tails of every length: what would differ if it depended on the width of a vector. */
const everything: Scenario = ({ kernels, load, loadIndices, output }) => {
  const [m, n, k] = [61, 75, 37];
  const results: ArrayLike<number>[] = [];
  const take = <A extends ArrayLike<number>>(array: A): A => {
    results.push(Array.from(array));
    return array;
  };
  const a = load(normals(m * k, 'a'));
  const b = load(normals(n * k, 'b'));
  const product = output(m * n);
  for (const alpha of [0.3, -1.7]) {
    kernels.matmul(m, n, k, a, false, b, true, product, { alpha, accumulate: alpha < 0 });
    take(product);
  }
  const gram = output(k * k);
  kernels.gram(m, k, a, gram, { alpha: 0.7 });
  take(gram);
  for (const name of ['exp', 'log', 'tanh', 'sigmoid', 'softplus', 'selu'] as const) {
    kernels.unary(name, product, product);
    take(product);
  }
  const nonZeros = m * PER_ROW;
  const rowPointers = loadIndices(Array.from({ length: m + 1 }, (_, row) => row * PER_ROW));
  const columnIndices = loadIndices(Array.from({ length: nonZeros }, (_, e) => (e * 13) % n));
  const pattern = { rows: m, columns: n, nonZeros, rowPointers, columnIndices };
  const values = output(nonZeros);
  kernels.sddmm(pattern, a, b, k, values);
  take(values);
  const sums = output(m * k);
  kernels.spmm(pattern, values, b, k, sums, { alpha: 0.1 });
  take(sums);
  const columns = output(k);
  kernels.columnSums(m, k, sums, columns);
  take(columns);
  const gradUsers = output(m * k);
  const gradItems = output(n * k);
  const targets = loadIndices([3, 50]);
  take([
    kernels.softmaxCrossEntropy({
      users: sums,
      m,
      items: b,
      n,
      k,
      targets,
      gradUsers,
      gradItems,
      scale: 0.2,
    }),
    kernels.sum(a),
    kernels.dot(a, sums),
  ]);
  take(gradUsers);
  take(gradItems);
  const state = { parameter: a, firstMoment: gradUsers, secondMoment: output(m * k), rows: m, columns: k };
  state.secondMoment.fill(0.5);
  kernels.adam(state, { values: sums, slots: null }, ADAM);
  take(state.parameter);
  return results;
};

const ROWS = 61;
const COLUMNS = 75;
const rowNumbers = (count: number, bound: number) =>
  Int32Array.from({ length: count }, (_, i) => (i * 17) % bound);

/** Rows of 0 to 90 entries (a gathered run holds 64), with columns out of order. */
function unevenRows() {
  const rowPointers = new Int32Array(ROWS + 1);
  const columns: number[] = [];
  for (let row = 0; row < ROWS; row++) {
    for (let e = 0; e < (row % 4) * 30; e++) columns.push((e * 13 + row) % COLUMNS);
    rowPointers[row + 1] = columns.length;
  }
  return { rowPointers, columns: Int32Array.from(columns) };
}

const systemsAndPairs =
  (k: number): Scenario =>
  ({ kernels, load, output }) => {
    const pattern = createPattern(kernels, unevenRows(), rowNumbers(ROWS, ROWS), COLUMNS);
    const a = load(normals(ROWS * k, 'a').map((x, at) => (at < k ? 60 * x : x)));
    const b = load(normals(COLUMNS * k, 'b'));
    const weights = load(normals(k, 'w'));
    const [hidden, scores] = [output(pattern.nonZeros * k), load(normals(pattern.nonZeros, 's'))];
    kernels.tanhPairs(pattern, a, b, k, weights, hidden, scores);
    const [outA, outB] = [output(ROWS * k), output(COLUMNS * k)];
    kernels.tanhPairsVjp(pattern, hidden, k, weights, scores, outA, outB);
    const all = load(normals(ROWS * COLUMNS, 'all'));
    kernels.tanhScores(ROWS, COLUMNS, k, a, b, weights, all);
    const base = output(k * k);
    kernels.gram(COLUMNS, k, b, base);
    for (let i = 0; i < k; i++) base[i * k + i] += 10;
    const { rowPointers, columnIndices } = pattern;
    const systems = { rows: ROWS, rowPointers, columnIndices, factors: b, k, base, weight: 3 };
    const x = load(normals(ROWS * k, 'right sides'));
    kernels.solveRows(systems, x);
    const kept = kernels.factorRows(systems);
    kernels.solveFactored(kept, outA);
    kept.release();
    releasePattern(kernels, pattern);
    return [hidden, scores, outA, outB, all, x].map((array) => array.slice());
  };

const sampledRows =
  (k: number): Scenario =>
  ({ kernels, load, loadIndices, output }) => {
    const [count, width] = [200, 7];
    const [users, items] = [load(normals(ROWS * k, 'users')), load(normals(COLUMNS * k, 'items'))];
    const userRows = loadIndices(rowNumbers(count, ROWS));
    const itemRows = loadIndices(rowNumbers(count * width, COLUMNS));
    const weights = output(count * width);
    const input = { users, items, k, count, width, userRows, itemRows, weights };
    const results: ArrayLike<number>[] = [[kernels.bprLoss(input)], weights.slice()];
    results.push([kernels.hingeLoss(input, 3 * k)], weights.slice());
    const grouper = new RowGrouper(kernels, ROWS, count);
    const groups = grouper.group(userRows, count);
    const sum = {
      groups,
      width,
      weights,
      source: items,
      sources: itemRows,
      scale: -2,
      ownScale: 2,
      decay: 0.3,
    };
    const gradients = output(groups.count * k);
    kernels.sumRows(users, k, sum, gradients);
    // Moments of sizes from 1 down to 1e-9, side by side: some lanes of a replay go step by step.
    const sizes = Float64Array.from({ length: ROWS * k }, (_, i) => 1e-9 ** (((i * 7) % 16) / 15));
    const state = {
      parameter: users,
      firstMoment: load(sizes.map((x) => 0.1 * x)),
      secondMoment: load(sizes.map((x) => 0.001 * x * x)),
      rows: ROWS,
      columns: k,
      lastSteps: loadIndices(new Int32Array(ROWS).map((_, row) => row)),
    };
    const { weightDecay: _, step: __, ...constants } = ADAM;
    const schedule = kernels.replaySchedule(constants, 300);
    kernels.adamReplay(state, groups, schedule, 299, 0);
    results.push(users.slice());
    for (const gradient of [sum, gradients])
      kernels.adamRows(state, groups, gradient, { ...constants, step: 300, largestNorm: 4 });
    schedule.release();
    grouper.release();
    const { firstMoment, secondMoment, lastSteps } = state;
    return [
      ...results,
      ...[gradients, users, firstMoment, secondMoment, lastSteps].map((array) => array.slice()),
    ];
  };

const scenarios: [string, Scenario][] = [
  ['dense, sparse and elementwise kernels', everything],
  ...[7, 37, 150].flatMap((k): [string, Scenario][] => [
    [`row systems and pairs of ${k} columns`, systemsAndPairs(k)],
    [`sampled losses and row steps of ${k} columns`, sampledRows(k)],
  ]),
];

describe.each(scenarios)('native %s', (_, scenario) => {
  it.skipIf(nativeBuilds.length < 2)('give the same bits with every instruction set', async () => {
    const results: number[][][] = [];
    for (const build of nativeBuilds) {
      const teams = await createTeams(build);
      results.push(playTeams(teams, scenario));
      for (const kernels of teams) kernels.dispose();
    }
    const [first, ...others] = results;
    for (const result of first) expect(result.every(Number.isFinite)).toBe(true);
    for (const other of others) {
      for (const [index, result] of first.entries()) expect(other[index], `result ${index}`).toEqual(result);
    }
  });
});

describe('native kernels', () => {
  it('say what they lack', () => {
    const sets = nativeInstructionSets();
    if (sets.length > 0) expect(chooseInstructionSet('auto')).toBe(sets[0]);
    const absent = (['neon', 'avx512'] as const).find((set) => !sets.includes(set));
    expect(absent).toBeDefined();
    expect(() => chooseInstructionSet(absent!)).toThrow(expect.objectContaining({ code: 'config' }));
  });
});
