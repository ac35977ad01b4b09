import { expect, it } from 'vitest';
import type { BinaryOperation, UnaryOperation } from '../../dist/kernels/index.js';
import { describeBuilds, EPSILON, expectRelative, expectSum, normals, playTeams } from './support.js';

const LENGTHS = [0, 1, 3, 4, 130, 16384, 16385, 50001];

/** Bits from -infinity to infinity, in steps that reach every exponent, and the values around 0. */
function sweep(low: number, high: number, count: number): Float32Array {
  return Float32Array.from({ length: count + 1 }, (_, i) => low + ((high - low) * i) / count);
}

const SPECIAL = [
  0,
  -0,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
  1,
  -1,
  1e-45,
  -1e-45,
  1e-38,
];

/** Inputs and the largest relative error allowed, with the floor below which the error is absolute. */
const UNARY: Record<UnaryOperation, { inputs: Float32Array; relative: number; floor: number }> = {
  negate: { inputs: normals(1000, 'x'), relative: 0, floor: 0 },
  square: { inputs: normals(1000, 'x'), relative: EPSILON, floor: 2 ** -126 },
  sqrt: { inputs: normals(1000, 'x').map(Math.abs), relative: EPSILON, floor: 0 },
  reciprocal: { inputs: normals(1000, 'x'), relative: EPSILON, floor: 0 },
  // Below 2^-126 float32 has an absolute spacing of 2^-149: the floor makes the bound absolute there.
  exp: { inputs: sweep(-110, 88.7, 40000), relative: 2e-7, floor: 2 ** -126 },
  log: { inputs: sweep(-100, 88, 40000).map(Math.exp), relative: 2e-7, floor: 2 ** -126 },
  tanh: { inputs: sweep(-12, 12, 40000), relative: 2e-7, floor: 0 },
  sigmoid: { inputs: sweep(-105, 30, 40000), relative: 2.5e-7, floor: 2 ** -126 },
  softplus: { inputs: sweep(-105, 100, 40000), relative: 2.5e-7, floor: 2 ** -126 },
  step: { inputs: normals(1000, 'x'), relative: 0, floor: 0 },
  selu: { inputs: sweep(-30, 30, 40000), relative: 4e-7, floor: 2 ** -126 },
};

describeBuilds('elementwise maps', (teams) => {
  for (const [name, { inputs, relative, floor }] of Object.entries(UNARY)) {
    const operation = name as UnaryOperation;
    it(`${operation} is within ${relative} of the float64 value`, () => {
      expectRelative(teams(), relative, floor, (bench) => {
        const x = bench.load(inputs);
        const out = bench.output(x.length);
        bench.kernels.unary(operation, x, out);
        bench.kernels.unary(operation, x, x);
        expect(Array.from(x), 'in place').toEqual(Array.from(out));
        return [out];
      });
    });

    it(`${operation} handles zeros, infinities, NaN and tiny numbers`, () => {
      expectRelative(teams(), 2.5e-7, 2 ** -126, (bench) => {
        const x = bench.load(Float32Array.from(SPECIAL));
        const out = bench.output(x.length);
        bench.kernels.unary(operation, x, out);
        // 1 / (subnormal) overflows in float32 but not in the float64 reference.
        if (operation === 'reciprocal') out.set(out.map(Math.fround));
        return [out.map((value) => value + 0)];
      });
    });
  }

  it('exp overflows to infinity and underflows to 0', () => {
    const [out] = playTeams(teams(), (bench) => {
      const x = bench.load([88.8, 1000, -104, -1000, 88.72]);
      bench.kernels.unary('exp', x, x);
      return [x];
    });
    expect(out.slice(0, 4)).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0, 0]);
    expect(Number.isFinite(out[4])).toBe(true);
  });

  for (const length of LENGTHS) {
    it(`binary maps, affine, fill and copy over ${length} elements`, () => {
      expectSum(teams(), 4, (bench) => {
        const { kernels } = bench;
        const x = bench.load(normals(length, 'x'));
        const y = bench.load(normals(length, 'y'));
        const results = [];
        for (const operation of ['add', 'multiply'] as BinaryOperation[]) {
          const out = bench.output(length);
          kernels.binary(operation, x, y, out);
          results.push(out.slice());
        }
        const out = bench.output(length);
        kernels.affine(x, bench.scalar(-2.5), bench.scalar(0.75), out);
        results.push(out.slice());
        kernels.affine(y, bench.scalar(0.5), bench.scalar(-1), out, true);
        results.push(out.slice());
        kernels.affine(out, bench.scalar(0.5), 0, out);
        results.push(out.slice());
        kernels.copy(x, out);
        results.push(out.slice());
        kernels.fill(out, bench.scalar(-3.5));
        results.push(out.slice());
        return results;
      });
      expectRelative(teams(), EPSILON, 2 ** -126, (bench) => {
        const x = bench.load(normals(length, 'x'));
        bench.kernels.binary('subtract', x, bench.load(normals(length, 'y')), x);
        return [x];
      });
    });
  }

  it('copies a shorter array to the start of a longer one', () => {
    playTeams(teams(), (bench) => {
      const out = bench.output(10);
      bench.kernels.copy(bench.load([1, 2, 3]), out);
      expect(Array.from(out.subarray(0, 4))).toEqual([1, 2, 3, Number.NaN]);
      return [];
    });
  });
});

describeBuilds('reductions and broadcasts', (teams) => {
  for (const length of LENGTHS) {
    it(`sum and dot of ${length} elements, in float64`, () => {
      // Sums run in float64; only the inputs are float32, and those the reference shares.
      expectSum(teams(), 1e-6, (bench) => {
        const x = bench.load(normals(length, 'x'));
        const y = bench.load(normals(length, 'y'));
        return [[bench.kernels.sum(x), bench.kernels.dot(x, y)]];
      });
    });
  }

  for (const [m, n] of [
    [1, 1],
    [7, 5],
    [300, 128],
    [5000, 3],
    [2, 40000],
    [64, 257],
    [0, 9],
    [9, 0],
  ] as const) {
    it(`row sums, column sums and repetitions of ${m} x ${n}`, () => {
      expectSum(teams(), 2, (bench) => {
        const { kernels } = bench;
        const x = bench.load(normals(m * n, 'x'));
        const row = bench.output(n);
        const column = bench.output(m);
        kernels.columnSums(m, n, x, row);
        kernels.rowSums(m, n, x, column);
        const rows = bench.output(m * n);
        const columns = bench.output(m * n);
        kernels.repeatRow(m, n, row, rows);
        kernels.repeatColumn(m, n, column, columns);
        return [row, column, rows, columns].map((array) => array.slice());
      });
    });
  }
});
