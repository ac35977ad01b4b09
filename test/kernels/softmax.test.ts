import { expect, it } from 'vitest';
import { createPattern, type FloatArray, releasePattern } from '../../dist/kernels/index.js';
import {
  type Bench,
  describeBuilds,
  expectNear,
  expectRelative,
  normals,
  playReference,
  playTeams,
  type Scenario,
} from './support.js';

function scenario(
  m: number,
  n: number,
  k: number,
  options: { targets: number[]; scale?: number; gradients?: boolean; spread?: number },
): Scenario {
  return <A extends FloatArray>(bench: Bench<A>) => {
    const users = bench.load(normals(m * k, 'users').map((x) => x * (options.spread ?? 1)));
    const items = bench.load(normals(n * k, 'items'));
    const targets = bench.loadIndices(options.targets);
    const input = { users, m, items, n, k, targets };
    if (options.gradients === false) return [[bench.kernels.softmaxCrossEntropy(input)]];
    const gradUsers = bench.output(m * k);
    const gradItems = bench.output(n * k);
    const scale = options.scale ?? 1;
    const value = bench.kernels.softmaxCrossEntropy({ ...input, scale, gradUsers, gradItems });
    return [[value], gradUsers.slice(), gradItems.slice()];
  };
}

/** A target row a user: user u has u mod 4 targets (every fourth none). */
function sparseScenario(m: number, n: number, k: number, scale: number, gradients: boolean): Scenario {
  const rowPointers = Int32Array.from({ length: m + 1 }, (_, u) => {
    let entries = 0;
    for (let v = 0; v < u; v++) entries += Math.min(v % 4, n);
    return entries;
  });
  const columns = Int32Array.from({ length: rowPointers[m] }, (_, e) => {
    const user = rowPointers.findIndex((end) => end > e) - 1;
    return e - rowPointers[user] + (user % (n - Math.min(3, n) + 1));
  });
  const rows = Array.from({ length: m }, (_, u) => u);
  return <A extends FloatArray>(bench: Bench<A>) => {
    const { kernels } = bench;
    const targets = createPattern(kernels, { rowPointers, columns }, rows, n);
    const users = bench.load(normals(m * k, 'users'));
    const items = bench.load(normals(n * k, 'items'));
    const input = { users, m, items, n, k, targets, scale };
    const gradUsers = bench.output(m * k);
    const gradItems = bench.output(n * k);
    const value = kernels.softmaxCrossEntropy(gradients ? { ...input, gradUsers, gradItems } : input);
    releasePattern(kernels, targets);
    return gradients ? [[value], gradUsers.slice(), gradItems.slice()] : [[value]];
  };
}

function expectSoftmax(teams: Parameters<typeof playTeams>[0], played: Scenario): void {
  const expected = playReference(played);
  // Probabilities carry the error of the scores (k products); gradients add up rows of them, hence the absolute part.
  const bounds = expected.map((result) => {
    const largest = result.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    return result.map((x) => 5e-6 * Math.abs(x) + 5e-6 * largest);
  });
  expectNear(playTeams(teams, played), expected, bounds);
}

describeBuilds('softmax cross-entropy', (teams) => {
  for (const [m, n, k] of [
    [1, 1, 1],
    [3, 2, 4],
    [9, 37, 5],
    [150, 300, 16],
    [140, 1100, 130],
    [300, 520, 24],
  ] as const) {
    it(`${m} users, ${n} items, latent size ${k}`, () => {
      const targets = n > 2 ? [n - 1, 0] : [n - 1];
      expectSoftmax(teams(), scenario(m, n, k, { targets }));
      expectSoftmax(teams(), scenario(m, n, k, { targets, scale: -0.35 }));
      expectSoftmax(teams(), scenario(m, n, k, { targets, gradients: false }));
    });
  }

  for (const [m, n, k] of [
    [2, 1, 1],
    [9, 37, 5],
    [140, 1100, 33],
  ] as const) {
    it(`${m} users with targets of their own, ${n} items, latent size ${k}`, () => {
      expectSoftmax(teams(), sparseScenario(m, n, k, 1, true));
      expectSoftmax(teams(), sparseScenario(m, n, k, -0.35, true));
      expectSoftmax(teams(), sparseScenario(m, n, k, 1, false));
    });
  }

  it('takes the same target row for everyone as common targets', () => {
    const [m, n, k] = [5, 20, 3];
    const common = playTeams(teams(), scenario(m, n, k, { targets: [4, 9] }));
    const own = playTeams(teams(), (bench) => {
      const users = bench.load(normals(m * k, 'users'));
      const items = bench.load(normals(n * k, 'items'));
      const columns = Int32Array.of(4, 9);
      const source = { rowPointers: Int32Array.of(0, 2), columns };
      const targets = createPattern(bench.kernels, source, Array(m).fill(0), n);
      const gradUsers = bench.output(m * k);
      const gradItems = bench.output(n * k);
      const input = { users, m, items, n, k, targets, gradUsers, gradItems };
      const value = bench.kernels.softmaxCrossEntropy(input);
      releasePattern(bench.kernels, targets);
      return [[value], gradUsers.slice(), gradItems.slice()];
    });
    expect(own).toEqual(common);
  });

  it('gives value and gradients 0 where nobody has a target', () => {
    const [[value], ...gradients] = playTeams(teams(), scenario(3, 7, 2, { targets: [] }));
    expect(value).toBe(0);
    for (const gradient of gradients) expect(gradient.every((x) => x === 0)).toBe(true);
  });

  it('is safe where scores are far beyond the range of exp', () => {
    expectSoftmax(teams(), scenario(20, 600, 8, { targets: [5, 17, 599], spread: 200 }));
  });

  it('gives value 0 and zero item gradients with no users', () => {
    expectSoftmax(teams(), scenario(0, 7, 3, { targets: [1] }));
  });

  it('gives the same value with and without gradients', () => {
    const [withGradients] = playTeams(teams(), scenario(33, 90, 7, { targets: [4] }));
    const [without] = playTeams(teams(), scenario(33, 90, 7, { targets: [4], gradients: false }));
    expect(without).toEqual(withGradients);
  });

  it('keeps at most a block of scores', () => {
    for (const kernels of teams()) {
      const [m, n, k] = [600, 9000, 4];
      const load = (values: Float32Array) => {
        const array = kernels.allocate(values.length);
        array.set(values);
        return array;
      };
      const users = load(normals(m * k, 'users'));
      const items = load(normals(n * k, 'items'));
      const targets = kernels.allocateIndices(1).fill(3);
      const before = kernels.memory();
      kernels.softmaxCrossEntropy({ users, m, items, n, k, targets });
      expect(kernels.memory().peak).toBeLessThan(Math.max(before.peak, before.used + 17e6));
      for (const array of [users, items, targets]) kernels.release(array);
    }
  });
});

function rowsScenario(m: number, n: number, spread: number, alias: boolean): Scenario {
  return <A extends FloatArray>({ kernels, load, output }: Bench<A>) => {
    const x = load(normals(m * n, 'x').map((value) => value * spread));
    const logNormalisers = output(m);
    const out = alias ? x : output(m * n);
    kernels.softmaxRows(m, n, x, null, logNormalisers);
    const alone = logNormalisers.slice();
    kernels.softmaxRows(m, n, x, out, logNormalisers);
    return [out.slice(), alone, logNormalisers.slice()];
  };
}

describeBuilds('softmax of rows', (teams) => {
  for (const [m, n, spread, alias] of [
    [0, 3, 1, false],
    [1, 1, 1, false],
    [3, 2, 1, true],
    [50, 1031, 1, false],
    [20, 2001, 100, true],
  ] as const) {
    it(`${m} x ${n}, scores times ${spread}${alias ? ', in place' : ''}`, () => {
      expectRelative(teams(), 1e-5, 1e-6, rowsScenario(m, n, spread, alias));
    });
  }
});
