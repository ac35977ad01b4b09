// Each feature against a plain dense computation on small data, and what may not change it.
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { afterAll, describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../../dist/data/index.js';
import { lockstep, surpriseOf } from '../../../dist/detectors/calibrated/features/lockstep.js';
import { pairStatistics } from '../../../dist/detectors/calibrated/features/pairs.js';
import { popularityProfile } from '../../../dist/detectors/calibrated/features/profile.js';
import { sampledProfiles } from '../../../dist/detectors/calibrated/features/sampled-profiles.js';
import { spectral } from '../../../dist/detectors/calibrated/features/spectral.js';
import { neighbourhoodScores } from '../../../dist/detectors/calibrated/items/neighbourhood.js';
import { createWasmKernels } from '../../../dist/kernels/index.js';
import { SeedKey } from '../../../dist/rng.js';
import { detectionData, randomOrder, reordered } from '../data.js';

const [one, two] = await Promise.all(
  [1, 2].map((threads) => createWasmKernels({ threads, inlineMicroseconds: 0 })),
);
afterAll(() => {
  one.dispose();
  two.dispose();
});

const data = detectionData();
const matrix = data.interactions;
const { users, items } = matrix;
const dense = Array.from({ length: users }, (_, u) =>
  Array.from({ length: items }, (_i, i) => (matrix.has(u, i) ? 1 : 0)),
);
const clicks = (u: number) => Array.from(matrix.row(u));
const p = dense[0].map((_, i) => dense.reduce((sum, row) => sum + row[i], 0));
const common = (i: number, j: number) => dense.reduce((sum, row) => sum + row[i] * row[j], 0);
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const lift = (i: number, j: number) =>
  Math.log((common(i, j) - 1 + 0.1) / (((p[i] - 1) * (p[j] - 1)) / users + 0.1));
const pairsOf = (u: number) =>
  clicks(u).flatMap((i) => clicks(u).flatMap((j) => (i < j ? [[i, j] as const] : [])));

describe('pairs of items, the user left out', async () => {
  const found = await pairStatistics(matrix);
  const withPairs = Array.from({ length: users }, (_, u) => u).filter((u) => clicks(u).length > 1);

  it('has users with and without pairs to look at', () => {
    expect(withPairs.length).toBeGreaterThan(40);
    expect(withPairs.length).toBeLessThan(users);
  });

  it('measures incoherence, novelty and isolation', () => {
    for (const u of withPairs) {
      const pairs = pairsOf(u);
      expect(found.incoherence[u]).toBeCloseTo(-mean(pairs.map(([i, j]) => lift(i, j))), 10);
      expect(found.novel[u]).toBeCloseTo(mean(pairs.map(([i, j]) => (common(i, j) === 1 ? 1 : 0))), 10);
      const alone = clicks(u).map((i) => (clicks(u).every((j) => i === j || common(i, j) === 1) ? 1 : 0));
      expect(found.isolated[u]).toBeCloseTo(mean(alone), 10);
    }
  });

  it('measures the closest pair and the excess of the ten most linked', () => {
    for (const u of withPairs) {
      const values = pairsOf(u).map(([i, j]) => {
        const [c, q, r] = [common(i, j) - 1, p[i] - 1, p[j] - 1];
        return {
          twin: c === 0 ? 0 : (c / (q + r - c)) * Math.log(1 + c),
          excess: c === 0 ? 0 : c * Math.log((c + 1) / ((q * r) / users + 1)),
        };
      });
      expect(found.twin[u]).toBeCloseTo(Math.max(...values.map(({ twin }) => twin)), 10);
      const largest = values
        .map(({ excess }) => Math.max(0, excess))
        .sort((a, b) => b - a)
        .slice(0, 10);
      expect(found.excess[u]).toBeCloseTo(mean(largest), 10);
    }
  });

  it('measures how each click fits', () => {
    for (const u of withPairs)
      clicks(u).forEach((i, n) => {
        const others = clicks(u).filter((j) => j !== i);
        const entry = matrix.rowPointers[u] + n;
        expect(found.fit[entry]).toBeCloseTo(mean(others.map((j) => lift(i, j))), 10);
        expect(found.novelty[entry]).toBeCloseTo(mean(others.map((j) => (common(i, j) === 1 ? 1 : 0))), 10);
      });
  });

  it('has no value where there is no pair', () => {
    expect(found.incoherence[7]).toBeNaN();
    expect(found.twin[7]).toBeNaN();
  });

  it('belongs to what users clicked, not to rows or columns', async () => {
    const [rows, columns] = [randomOrder(users), randomOrder(items)];
    const moved = await pairStatistics(reordered(data, rows, columns).interactions);
    for (const name of ['incoherence', 'novel', 'isolated', 'twin', 'excess'] as const)
      rows.forEach((old, place) => {
        if (Number.isNaN(found[name][old])) expect(moved[name][place]).toBeNaN();
        else expect(moved[name][place]).toBeCloseTo(found[name][old], 9);
      });
  });
});

describe('what users have in common', async () => {
  const found = await lockstep(matrix, 1000);
  const entries = matrix.nonZeros;
  const chance = p.reduce((sum, clicked) => sum + clicked * (clicked - 1), 0) / entries ** 2;
  const shared = (u: number, v: number) => clicks(u).filter((i) => dense[v][i] === 1).length;
  const surprises = (u: number) =>
    Array.from({ length: users }, (_, v) => v)
      .filter((v) => v !== u)
      .map((v) => surpriseOf(shared(u, v), chance * clicks(u).length * clicks(v).length))
      .sort((a, b) => b - a);
  const weight = p.map((clicked) => Math.log(users / clicked));
  const norm = (u: number) => clicks(u).reduce((sum, i) => sum + weight[i], 0);

  it('is the surprise of the five closest', () => {
    for (let u = 0; u < users; u++) {
      const sum = surprises(u)
        .slice(0, 5)
        .reduce((total, s) => total + s, 0);
      expect(found.lock[u]).toBeCloseTo(Math.log1p(sum), 10);
    }
  });

  it('is 0 for one common item, and for as many as chance gives', () => {
    expect(surpriseOf(1, 0.001)).toBe(0);
    expect(surpriseOf(3, 3)).toBe(0);
    expect(surpriseOf(4, 2)).toBeCloseTo(4 * Math.log(2) - 2, 12);
  });

  it('is the cosine of the nearest users', () => {
    for (let u = 0; u < users; u++) {
      const cosines = Array.from({ length: users }, (_, v) => v)
        .filter((v) => v !== u && norm(u) > 0 && norm(v) > 0)
        .map(
          (v) =>
            clicks(u).reduce((sum, i) => sum + dense[v][i] * weight[i], 0) / Math.sqrt(norm(u) * norm(v)),
        )
        .sort((a, b) => b - a);
      expect(found.nearest[u]).toBeCloseTo(cosines[0] ?? 0, 10);
      expect(found.near[u]).toBeCloseTo(cosines.slice(0, 10).reduce((sum, c) => sum + c, 0) / 10, 10);
    }
  });

  it('is passed on over three rounds', () => {
    let z = Array.from(found.lock);
    for (let round = 0; round < 3; round++) {
      z = z.map((_, u) => {
        const own = Array.from(found.links.subarray(10 * u, 10 * u + 10)).filter((v) => v >= 0);
        const weights = own.map((_v, n) => found.linkWeights[10 * u + n]);
        const total = weights.reduce((sum, w) => sum + w, 0);
        const around = total === 0 ? 0 : own.reduce((sum, v, n) => sum + weights[n] * z[v], 0) / total;
        return (found.lock[u] + around) / 2;
      });
    }
    z.forEach((value, u) => {
      expect(found.propagated[u]).toBeCloseTo(value, 10);
    });
  });

  it('links copies of each other, and leaves items out that too many clicked', async () => {
    const rows = [
      [0, 1, 2, 3, 4, 5],
      [0, 1, 2, 3, 4, 5],
      ...Array.from({ length: 40 }, (_, n) => [6 + (n % 9), 15 + (n % 8)]),
    ];
    const copies = InteractionMatrix.fromRows(23, rows);
    const linked = await lockstep(copies, 1000);
    expect(linked.links[0]).toBe(1);
    expect(linked.links[10]).toBe(0);
    expect((await lockstep(copies, 1)).lock.every((value) => value === 0)).toBe(true);
  });
});

describe('the spectrum', async () => {
  const rank = 5;
  const own = await spectral(one, matrix, rank, SeedKey.root(1));
  const scaled = Matrix.zeros(users, items);
  for (let u = 0; u < users; u++)
    for (const i of clicks(u)) scaled.set(u, i, 1 / Math.sqrt(clicks(u).length * p[i]));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(scaled.transpose().mmul(scaled));
  const order = realEigenvalues
    .map((_, n) => n)
    .sort((a, b) => realEigenvalues[b] - realEigenvalues[a])
    .slice(0, rank);
  const projected = scaled.mmul(eigenvectorMatrix);

  it('is what a dense decomposition gives', () => {
    for (let u = 0; u < users; u++) {
      if (clicks(u).length === 0) {
        expect(own.residual[u]).toBeNaN();
        continue;
      }
      const held = order.reduce((sum, n) => sum + projected.get(u, n) ** 2, 0);
      const norm = scaled.getRow(u).reduce((sum, value) => sum + value ** 2, 0);
      expect(own.residual[u]).toBeCloseTo(1 - held / norm, 1);
      const leverage = order.reduce((sum, n) => sum + projected.get(u, n) ** 2 / realEigenvalues[n], 0);
      expect(own.leverage[u]).toBeCloseTo(leverage, 1);
    }
  });

  it('has the same bits for any number of threads', async () => {
    expect(await spectral(two, matrix, rank, SeedKey.root(1))).toEqual(own);
  });

  it('gives its memory back', async () => {
    const before = one.memory().used;
    await spectral(one, matrix, rank, SeedKey.root(2));
    expect(one.memory().used).toBe(before);
  });
});

it('describes the popularity of a profile', () => {
  const { rowPointers, columns } = matrix;
  const found = popularityProfile({ users, rowPointers, columns, degrees: matrix.itemDegrees() });
  for (let u = 0; u < users; u++) {
    const logs = clicks(u).map((i) => Math.log(p[i]));
    if (logs.length === 0) {
      expect(found.meanPopularity[u]).toBeNaN();
      continue;
    }
    expect(found.meanPopularity[u]).toBeCloseTo(mean(logs), 10);
    expect(found.spreadPopularity[u]).toBeCloseTo(Math.sqrt(mean(logs.map((x) => (x - mean(logs)) ** 2))), 6);
    expect(found.leastPopularity[u]).toBeCloseTo(Math.min(...logs), 10);
  }
});

it('finds what is usual around an item', async () => {
  const z0 = Float64Array.from({ length: users }, (_, u) => (u % 7) - 2);
  const found = await neighbourhoodScores(matrix, z0);
  for (let i = 0; i < items; i++) {
    let [sum, total] = [0, 0];
    for (let j = 0; j < items; j++) {
      const left = dense.flatMap((row, u) => (row[j] === 1 && row[i] === 0 ? [z0[u]] : []));
      if (i === j || left.length === 0 || common(i, j) === 0) continue;
      const weight = common(i, j) ** 2 / p[j];
      sum += weight * mean(left);
      total += weight;
    }
    expect(found[i]).toBeCloseTo(total === 0 ? 0 : sum / total, 10);
  }
});

it('samples large profiles, and leaves others alone', () => {
  const { interactions, positions } = sampledProfiles(matrix, 5, SeedKey.root(1));
  for (let u = 0; u < users; u++) {
    expect(interactions.row(u)).toHaveLength(Math.min(5, clicks(u).length));
    interactions.row(u).forEach((item, n) => {
      expect(matrix.columns[positions?.[interactions.rowPointers[u] + n] ?? -1]).toBe(item);
    });
  }
  expect(sampledProfiles(matrix, 1000, SeedKey.root(1))).toEqual({ interactions: matrix, positions: null });
});
