import fc from 'fast-check';
import { expect, it } from 'vitest';
import { describeBuilds, expectSum, normals, playTeams, type Scenario } from './support.js';

const SHAPES = [
  [1, 1, 1],
  [4, 8, 4],
  [5, 9, 3],
  [3, 17, 257],
  [33, 7, 16],
  [64, 64, 64],
  [37, 130, 300],
  [130, 13, 515],
  [300, 270, 40],
  [16, 16, 2100],
  [5, 3, 4099],
] as const;

/** Roundoffs of one element: a block of 256 in order, then blocks, slots, alpha and the accumulation. */
const operations = (k: number) => Math.min(k, 256) + Math.ceil(k / 256) + 20;

function product(m: number, n: number, k: number, transposeA: boolean, transposeB: boolean): Scenario {
  return (bench) => {
    const a = bench.load(normals(m * k, 'a'));
    const b = bench.load(normals(k * n, 'b'));
    const out = bench.output(m * n);
    const { kernels } = bench;
    kernels.matmul(m, n, k, a, transposeA, b, transposeB, out);
    const plain = out.slice();
    kernels.matmul(m, n, k, a, transposeA, b, transposeB, out, {
      alpha: bench.scalar(-0.5),
      accumulate: true,
    });
    const added = out.slice();
    kernels.matmul(m, n, k, a, transposeA, b, transposeB, out, { alpha: bench.scalar(3) });
    return [plain, added, out.slice()];
  };
}

function gram(rows: number, columns: number): Scenario {
  return (bench) => {
    const a = bench.load(normals(rows * columns, 'a'));
    const out = bench.output(columns * columns);
    bench.kernels.gram(rows, columns, a, out);
    const plain = out.slice();
    bench.kernels.gram(rows, columns, a, out, { alpha: bench.scalar(-0.25), accumulate: true });
    return [plain, out.slice()];
  };
}

describeBuilds('dense products', (teams) => {
  for (const [m, n, k] of SHAPES) {
    it(`multiplies ${m} x ${k} by ${k} x ${n} in every transpose form`, () => {
      for (const transposeA of [false, true]) {
        for (const transposeB of [false, true]) {
          expectSum(teams(), operations(k), product(m, n, k, transposeA, transposeB));
        }
      }
    });
  }

  it('multiplies shapes with a dimension of 0', () => {
    expectSum(teams(), 1, product(0, 5, 3, false, false));
    expectSum(teams(), 1, product(5, 0, 3, false, true));
    expectSum(teams(), 1, product(5, 3, 0, true, false));
  });

  it('multiplies any small shape', () => {
    const size = fc.integer({ min: 1, max: 70 });
    fc.assert(
      fc.property(size, size, size, fc.boolean(), fc.boolean(), (m, n, k, transposeA, transposeB) => {
        expectSum(teams(), operations(k), product(m, n, k, transposeA, transposeB));
      }),
      { seed: 7, numRuns: 60 },
    );
  });

  it('leaves elements behind the output alone', () => {
    playTeams(teams(), (bench) => {
      const a = bench.load(normals(6 * 5, 'a'));
      const out = bench.output(36 + 16);
      bench.kernels.gram(5, 6, a, out.subarray(0, 36) as typeof out);
      expect(Array.from(out.subarray(36)).every(Number.isNaN)).toBe(true);
      return [out.slice(0, 36)];
    });
  });

  for (const [rows, columns] of [
    [1, 1],
    [7, 5],
    [100, 16],
    [33, 130],
    [40, 300],
    [4100, 20],
    [2500, 128],
    [0, 6],
  ] as const) {
    it(`takes the Gram product of ${rows} x ${columns}, exactly symmetric`, () => {
      expectSum(teams(), operations(rows), gram(rows, columns));
      const [plain] = playTeams(teams(), gram(rows, columns));
      for (let i = 0; i < columns; i++) {
        for (let j = 0; j < i; j++) {
          if (plain[i * columns + j] !== plain[j * columns + i])
            expect.fail(`(${i}, ${j}) differs from its mirror`);
        }
      }
    });
  }

  it('does not touch its inputs', () => {
    const a = normals(50 * 60, 'a');
    playTeams(teams(), (bench) => {
      const left = bench.load(a);
      bench.kernels.matmul(50, 50, 60, left, false, left, true, bench.output(2500));
      expect(Array.from(left)).toEqual(Array.from(a));
      return [];
    });
  });
});
