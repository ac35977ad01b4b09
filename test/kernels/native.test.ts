import { describe, expect, it } from 'vitest';
import { chooseInstructionSet, nativeInstructionSets } from '../../dist/kernels/wasm/native.js';
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

describe('native kernels', () => {
  it.skipIf(nativeBuilds.length < 2)('give the same bits with every instruction set', async () => {
    const results: number[][][] = [];
    for (const build of nativeBuilds) {
      const teams = await createTeams(build);
      results.push(playTeams(teams, everything));
      for (const kernels of teams) kernels.dispose();
    }
    const [first, ...others] = results;
    for (const result of first) expect(result.every(Number.isFinite)).toBe(true);
    for (const other of others) {
      for (const [index, result] of first.entries()) expect(other[index], `result ${index}`).toEqual(result);
    }
  });

  it('say what they lack', () => {
    const sets = nativeInstructionSets();
    if (sets.length > 0) expect(chooseInstructionSet('auto')).toBe(sets[0]);
    const absent = (['neon', 'avx512'] as const).find((set) => !sets.includes(set));
    expect(absent).toBeDefined();
    expect(() => chooseInstructionSet(absent!)).toThrow(expect.objectContaining({ code: 'config' }));
  });
});
