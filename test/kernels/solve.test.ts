import { expect, it } from 'vitest';
import {
  createPattern,
  createReferenceKernels,
  type FloatArray,
  type Kernels,
  releasePattern,
} from '../../dist/kernels/index.js';
import { SeedKey } from '../../dist/rng.js';
import { type Bench, describeBuilds, expectRelative, normals, playReference, playTeams } from './support.js';

const WEIGHT = 3;

/** Row r of 40 has about 200 / (r + 1) of 200 columns, every seventh row none: from longer to far shorter than k. */
function clicks(rows: number, columns: number, seed: number) {
  const stream = SeedKey.root(4).child(seed).stream();
  const rowPointers = new Int32Array(rows + 1);
  const entries: number[] = [];
  for (let row = 0; row < rows; row++) {
    const degree = row % 7 === 6 ? 0 : Math.ceil(columns / (row + 1));
    entries.push(...stream.sample(columns, degree).sort());
    rowPointers[row + 1] = entries.length;
  }
  return { rowPointers, columns: Int32Array.from(entries) };
}

/** Both sides of a pattern solved; row 2's right side is 0. The base keeps every condition number below about 30. */
function solve<A extends FloatArray>(
  bench: Bench<A>,
  rows: number,
  columns: number,
  k: number,
  how: 'at once' | 'factored' = 'at once',
): A[] {
  const { kernels } = bench;
  const all = Array.from({ length: rows }, (_, row) => row);
  const pattern = createPattern(kernels, clicks(rows, columns, k), all, columns);
  const side = (n: number, other: number, rowPointers: Int32Array, columnIndices: Int32Array) => {
    const factors = bench.load(normals(other * k, 'factors').map((x) => x / 4));
    const base = bench.output(k * k);
    kernels.gram(other, k, factors, base);
    for (let i = 0; i < k; i++) base[i * k + i] += 10;
    const x = bench.load(normals(n * k, 'right sides'));
    if (n > 2) x.fill(0, 2 * k, 3 * k);
    const systems = { rows: n, rowPointers, columnIndices, factors, k, base, weight: WEIGHT };
    if (how === 'at once') kernels.solveRows(systems, x);
    else {
      const kept = kernels.factorRows(systems);
      kernels.solveFactored(kept, x);
      kept.release();
    }
    return x.slice() as A;
  };
  const results = [
    side(rows, columns, pattern.rowPointers, pattern.columnIndices),
    side(columns, rows, pattern.columnPointers, pattern.rowIndices),
  ];
  releasePattern(kernels, pattern);
  return results;
}

describeBuilds('solving one system a row', (teams) => {
  for (const k of [1, 3, 7, 8, 9, 16, 31, 64, 100, 128, 130]) {
    it(`agrees with the reference at size ${k}`, () => {
      expectRelative(teams(), 2e-5, 0.02, (bench) => solve(bench, 40, 200, k));
    });
  }

  it.each([1, 8, 13, 64, 128])('with kept factors it gives the same bits, at size %i', (k) => {
    const atOnce = playTeams(teams(), (bench) => solve(bench, 40, 200, k));
    expect(playTeams(teams(), (bench) => solve(bench, 40, 200, k, 'factored'))).toEqual(atOnce);
    const reference = playReference((bench) => solve(bench, 40, 200, k));
    expect(playReference((bench) => solve(bench, 40, 200, k, 'factored'))).toEqual(reference);
  });

  it('solves what it was given: the product of matrix and solution is the right side', () => {
    const k = 50;
    const [x] = playTeams(teams(), (bench) => solve(bench, 12, 80, k));
    const f = normals(80 * k, 'factors').map((value) => value / 4);
    const b = normals(12 * k, 'right sides').fill(0, 2 * k, 3 * k);
    const { rowPointers, columns } = clicks(12, 80, k);
    for (let row = 0; row < 12; row++) {
      const weights = new Float64Array(80).fill(1);
      for (let e = rowPointers[row]; e < rowPointers[row + 1]; e++) weights[columns[e]] += WEIGHT;
      const product = Float64Array.from({ length: k }, (_, i) => 10 * x[row * k + i]);
      weights.forEach((weight, c) => {
        let score = 0;
        for (let j = 0; j < k; j++) score += f[c * k + j] * x[row * k + j];
        for (let i = 0; i < k; i++) product[i] += weight * score * f[c * k + i];
      });
      product.forEach((value, i) => {
        expect(Math.abs(value - b[row * k + i])).toBeLessThan(1e-4);
      });
    }
  });

  it('gives exactly 0 for a right side of 0', () => {
    const [rows] = playTeams(teams(), (bench) => solve(bench, 20, 30, 9));
    expect(rows.slice(18, 27)).toEqual(Array(9).fill(0));
  });

  it('takes no rows', () => {
    playTeams(teams(), (bench) => {
      const x = bench.output(0);
      const [rowPointers, columnIndices] = [bench.loadIndices([0]), bench.loadIndices([])];
      const [factors, base] = [bench.load([]), bench.load([1])];
      bench.kernels.solveRows({ rows: 0, rowPointers, columnIndices, factors, k: 1, base, weight: 1 }, x);
      return [x];
    });
  });

  it('names the first row whose matrix is not positive definite', () => {
    const fails = <A extends FloatArray>(kernels: Kernels<A>, base: readonly number[], bad: number) => {
      const load = (values: readonly number[]) => {
        const array = kernels.allocate(values.length);
        array.set(values);
        return array;
      };
      const [matrix, factors, x] = [load(base), load([1, 0, 0, 1]), load([1, 1, 0, 0, 1, 2])];
      const rowPointers = kernels.allocateIndices(4);
      rowPointers.set([0, 2, 2, 2]);
      const columnIndices = kernels.allocateIndices(2);
      columnIndices.set([0, 1]);
      expect(() =>
        kernels.solveRows({ rows: 3, rowPointers, columnIndices, factors, k: 2, base: matrix, weight: 5 }, x),
      ).toThrow(expect.objectContaining({ code: 'numeric', message: expect.stringContaining('row 2.') }));
      const before = kernels.memory().used;
      expect(() =>
        kernels.factorRows({ rows: 3, rowPointers, columnIndices, factors, k: 2, base: matrix, weight: 5 }),
      ).toThrow(
        expect.objectContaining({ code: 'numeric', message: expect.stringContaining(`row ${bad}.`) }),
      );
      expect(kernels.memory().used).toBe(before);
      for (const array of [matrix, factors, x, rowPointers, columnIndices]) kernels.release(array);
    };
    for (const kernels of [createReferenceKernels('f64'), ...teams()]) {
      fails(kernels as Kernels, [1, 0, 0, -1], 1);
      fails(kernels as Kernels, [1, 2, 2, 1], 1);
    }
  });
});
