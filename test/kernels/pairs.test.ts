import { describe, expect, it } from 'vitest';
import { createPattern, createReferenceKernels, releasePattern } from '../../dist/kernels/index.js';
import { SeedKey } from '../../dist/rng.js';
import {
  describeBuilds,
  EPSILON,
  expectNear,
  normals,
  playReference,
  playTeams,
  type Scenario,
} from './support.js';

const sizes = [1, 3, 4, 6, 128, 130];

/** 40 rows (every fifth one empty) and 23 columns, with repeated entries and columns out of order. */
function entries() {
  const stream = SeedKey.root(4).stream();
  const rowPointers = [0];
  const columns: number[] = [];
  for (let row = 0; row < 40; row++) {
    for (let e = 0; e < (row % 5) * 3; e++) columns.push(stream.integer(23));
    rowPointers.push(columns.length);
  }
  return { rowPointers: Int32Array.from(rowPointers), columns: Int32Array.from(columns) };
}

function pairsScenario(k: number): Scenario {
  return (bench) => {
    const { kernels } = bench;
    const pattern = createPattern(
      kernels,
      entries(),
      Array.from({ length: 40 }, (_, row) => row),
      23,
    );
    const weights = bench.load(normals(k, 'w'));
    const hidden = bench.output(pattern.nonZeros * k);
    const scores = bench.load(normals(pattern.nonZeros, 's'));
    const a = bench.load(normals(40 * k, 'a'));
    const b = bench.load(normals(23 * k, 'b'));
    kernels.tanhPairs(pattern, a, b, k, weights, hidden, scores);
    const cotangents = bench.load(normals(pattern.nonZeros, 'g'));
    const [outA, outB] = [bench.output(40 * k), bench.output(23 * k)];
    kernels.tanhPairsVjp(pattern, hidden, k, weights, cotangents, outA, outB);
    releasePattern(kernels, pattern);
    return [hidden, scores, outA, outB].map((array) => array.slice());
  };
}

function scoresScenario(m: number, n: number, k: number, scale: number): Scenario {
  return (bench) => {
    const scaled = (length: number, seed: string) => bench.load(normals(length, seed).map((x) => scale * x));
    const a = scaled(m * k, 'a');
    const b = scaled(n * k, 'b');
    const out = bench.load(normals(m * n, 'out'));
    bench.kernels.tanhScores(m, n, k, a, b, bench.load(normals(k, 'w')), out);
    return [out.slice()];
  };
}

/** Bound of element i: `relative` of the largest that sums of `k` products of normal draws reach. */
const bounds = (results: number[][], absolute: number) => results.map((result) => result.map(() => absolute));

describeBuilds('tanh over pairs', (teams) => {
  for (const k of sizes) {
    it(`at a pattern's entries, and its derivative, with ${k} hidden values`, () => {
      const expected = playReference(pairsScenario(k));
      // A sum of at most max(k, entries of a row or column) terms, each a few units.
      expectNear(playTeams(teams(), pairsScenario(k)), expected, bounds(expected, 8 * (k + 40) * EPSILON));
    });

    it(`summed for all pairs, with ${k} hidden values`, () => {
      for (const [m, n] of [
        [1, 1],
        [3, 5],
        [70, 131],
      ] as const) {
        const scenario = scoresScenario(m, n, k, 1);
        const expected = playReference(scenario);
        expectNear(playTeams(teams(), scenario), expected, bounds(expected, 8 * (k + 8) * EPSILON));
      }
    });
  }

  it('sums over more than one block of hidden values', () => {
    const scenario = scoresScenario(5, 66, 300, 1);
    const expected = playReference(scenario);
    expectNear(playTeams(teams(), scenario), expected, bounds(expected, 8 * 308 * EPSILON));
  });

  it('is right where an exponential would overflow or vanish', () => {
    const scenario = scoresScenario(66, 9, 12, 60);
    const expected = playReference(scenario);
    expectNear(playTeams(teams(), scenario), expected, bounds(expected, 1e-4));
    const opposite: Scenario = (bench) => {
      const out = bench.load([0]);
      bench.kernels.tanhScores(
        1,
        1,
        2,
        bench.load([120, 30]),
        bench.load([-120.5, -30.5]),
        bench.load([1, 1]),
        out,
      );
      return [out.slice()];
    };
    expect(playReference(opposite)[0][0]).toBeCloseTo(2 * Math.tanh(-0.5), 12);
    expectNear(playTeams(teams(), opposite), playReference(opposite), [[1e-6]]);
  });

  it('gives a pair the same bits whatever pairs are beside it', () => {
    const k = 9;
    const table = (rows: number, seed: string) => normals(rows * k, seed).map((x, at) => (at === 0 ? 70 : x));
    const all = playTeams(teams(), (bench) => {
      const out = bench.load(new Float32Array(7 * 6));
      const [a, b] = [bench.load(table(7, 'a')), bench.load(table(6, 'b'))];
      bench.kernels.tanhScores(7, 6, k, a, b, bench.load(normals(k, 'w')), out);
      return [out.slice()];
    })[0];
    const one = playTeams(teams(), (bench) => {
      const out = bench.load(new Float32Array(4));
      const [a, b] = [bench.load(table(7, 'a').subarray(k)), bench.load(table(6, 'b').subarray(5 * k))];
      bench.kernels.tanhScores(4, 1, k, a, b, bench.load(normals(k, 'w')), out);
      return [out.slice()];
    })[0];
    expect(one).toEqual([1, 2, 3, 4].map((row) => all[row * 6 + 5]));
  });

  it('keeps what is no number', () => {
    const scenario: Scenario = (bench) => {
      const out = bench.load([0, 0]);
      bench.kernels.tanhScores(1, 2, 1, bench.load([1]), bench.load([Number.NaN, 1]), bench.load([1]), out);
      return [out.slice()];
    };
    const [[first, second]] = playTeams(teams(), scenario);
    expect(first).toBeNaN();
    expect(second).toBeCloseTo(Math.tanh(2), 6);
  });
});

describe('tanh over pairs on the float64 reference', () => {
  it('has the derivative that central differences give', () => {
    const kernels = createReferenceKernels('f64');
    const k = 3;
    const pattern = createPattern(
      kernels,
      entries(),
      Array.from({ length: 40 }, (_, row) => row),
      23,
    );
    const load = (length: number, seed: string) => Float64Array.from(normals(length, seed));
    const [a, b, weights] = [load(40 * k, 'a'), load(23 * k, 'b'), load(k, 'w')];
    const cotangents = load(pattern.nonZeros, 'g');
    const hidden = new Float64Array(pattern.nonZeros * k);
    const value = () => {
      const scores = new Float64Array(pattern.nonZeros);
      kernels.tanhPairs(pattern, a, b, k, weights, hidden, scores);
      return kernels.dot(cotangents, scores);
    };
    value();
    const [outA, outB] = [new Float64Array(a.length), new Float64Array(b.length)];
    kernels.tanhPairsVjp(pattern, hidden, k, weights, cotangents, outA, outB);
    for (const [input, analytic] of [
      [a, outA],
      [b, outB],
    ]) {
      for (let i = 0; i < input.length; i++) {
        const at = (shift: number) => {
          const before = input[i];
          input[i] = before + shift;
          const result = value();
          input[i] = before;
          return result;
        };
        expect(analytic[i]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 7);
      }
    }
  });
});
