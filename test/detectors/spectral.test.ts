import { Matrix, SVD } from 'ml-matrix';
import { afterAll, describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../dist/data/index.js';
import {
  pcaVarSelect,
  spectralResidual,
  spectralSignature,
  truncatedSvd,
} from '../../dist/detectors/index.js';
import type { SparseMatrix } from '../../dist/detectors/spectral/sparse-operator.js';
import { createWasmKernels } from '../../dist/kernels/index.js';
import { SeedKey } from '../../dist/rng.js';
import { detectionData } from './data.js';

const kernels = await createWasmKernels({ threads: 1 });
afterAll(() => kernels.dispose());

const { interactions, originals } = detectionData();
const { users, items } = interactions;
const noStep = async () => {};
const svdOf = (matrix: SparseMatrix, rank: number, iterations = 200) =>
  truncatedSvd(matrix, { rank, iterations }, SeedKey.root(1), { kernels }, noStep);

/** The matrix in full. */
function dense({ interactions: x, rowScale, columnScale, values, less }: SparseMatrix): Matrix {
  const full = Matrix.zeros(x.users, x.items);
  for (let u = 0; u < x.users; u++) {
    for (let e = x.rowPointers[u]; e < x.rowPointers[u + 1]; e++) {
      const i = x.columns[e];
      full.set(u, i, (rowScale?.[u] ?? 1) * (values?.[e] ?? 1) * (columnScale?.[i] ?? 1));
    }
    for (let i = 0; i < x.items; i++)
      if (less !== undefined) full.set(u, i, full.get(u, i) - less.rows[u] * less.columns[i]);
  }
  return full;
}

const varied = (count: number) => Float64Array.from({ length: count }, (_, n) => 0.5 + ((n * 7) % 11) / 10);

describe('the truncated SVD', () => {
  it.each([
    ['clicks', { interactions }],
    ['scaled clicks', { interactions, rowScale: varied(users), columnScale: varied(items) }],
    ['ratings', { interactions, values: originals.ratings as Float64Array }],
    [
      'centred clicks',
      { interactions, less: { rows: varied(users), columns: varied(items).map((v) => v / 9) } },
    ],
  ])('is that of the whole matrix: %s', async (_, matrix) => {
    const full = dense(matrix);
    const expected = new SVD(full);
    const { rank, values, left, right } = await svdOf(matrix, 5);
    expect(rank).toBe(5);
    for (let d = 0; d < rank; d++) {
      expect(values[d]).toBeCloseTo(expected.diagonal[d], 4);
      const along = (one: Float64Array, other: Matrix, rows: number) => {
        let dot = 0;
        for (let r = 0; r < rows; r++) dot += one[r * rank + d] * other.get(r, d);
        return Math.abs(dot);
      };
      // The same directions, in either sense.
      expect(along(left, expected.leftSingularVectors, users)).toBeCloseTo(1, 4);
      expect(along(right, expected.rightSingularVectors, items)).toBeCloseTo(1, 4);
    }
  });

  it('finds no more than there is', async () => {
    const rows = [
      [0, 1],
      [0, 1],
      [0, 1],
      [2, 3],
      [2, 3],
    ];
    const { rank, values } = await svdOf({ interactions: InteractionMatrix.fromRows(6, rows) }, 4);
    expect(rank).toBe(2);
    expect(Array.from(values)).toEqual([expect.closeTo(Math.sqrt(6), 5), expect.closeTo(2, 5)]);
  });

  it('has no triplet of nothing', async () => {
    expect((await svdOf({ interactions: InteractionMatrix.fromRows(3, [[], []]) }, 2)).rank).toBe(0);
  });

  it('refuses a matrix that is not finite, and gives its memory back', async () => {
    const before = kernels.memory().used;
    const values = new Float64Array(interactions.nonZeros).fill(Number.NaN);
    await expect(svdOf({ interactions, values }, 2)).rejects.toMatchObject({ code: 'numeric' });
    expect(kernels.memory().used).toBe(before);
  });
});

const request = { interactions, seed: SeedKey.root(1), context: { kernels } };
const column = (matrix: Matrix, d: number) => matrix.getColumn(d);

function expectNear(actual: Float64Array, expected: readonly number[]): void {
  actual.forEach((score, user) => {
    expect(score).toBeCloseTo(expected[user], 4);
  });
}

describe('detectors on it, against the whole matrix', () => {
  it('spectral-residual', async () => {
    const inverse = (clicks: Int32Array) => Float64Array.from(clicks, (n) => (n > 0 ? n ** -0.5 : 0));
    const full = dense({
      interactions,
      rowScale: inverse(interactions.userDegrees()),
      columnScale: inverse(interactions.itemDegrees()),
    });
    const { diagonal, leftSingularVectors: left } = new SVD(full);
    const expected = Array.from({ length: users }, (_, u) => {
      const whole = full.getRow(u).reduce((sum, value) => sum + value ** 2, 0);
      const inside = [0, 1, 2, 3].reduce((sum, d) => sum + (left.get(u, d) * diagonal[d]) ** 2, 0);
      return whole === 0 ? 0 : 1 - inside / whole;
    });
    expectNear(await spectralResidual.score({ ...request, options: { rank: 4, iterations: 50 } }), expected);
  });

  it('pca-var-select', async () => {
    const full = dense({ interactions });
    for (let u = 0; u < users; u++) {
      const row = full.getRow(u);
      const mean = row.reduce((a, b) => a + b, 0) / items;
      const deviation = Math.sqrt(row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / items);
      full.setRow(u, deviation === 0 ? row.fill(0) : row.map((value) => (value - mean) / deviation));
    }
    const left = new SVD(full).leftSingularVectors;
    const expected = Array.from(
      { length: users },
      (_, u) => -[0, 1, 2].reduce((sum, d) => sum + left.get(u, d) ** 2, 0),
    );
    expectNear(await pcaVarSelect.score({ ...request, options: { components: 3 } }), expected);
  });

  it('spectral-signature', async () => {
    const full = dense({ interactions });
    full.subRowVector(full.mean('column'));
    const direction = column(new SVD(full).rightSingularVectors, 0);
    const expected = Array.from(
      { length: users },
      (_, u) => full.getRow(u).reduce((sum, value, i) => sum + value * direction[i], 0) ** 2,
    );
    expectNear(await spectralSignature.score({ ...request, options: {} }), expected);
  });
});
