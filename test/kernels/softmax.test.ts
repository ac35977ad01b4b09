import { expect, it } from 'vitest';
import type { FloatArray } from '../../dist/kernels/index.js';
import {
  type Bench,
  describeBuilds,
  expectNear,
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
