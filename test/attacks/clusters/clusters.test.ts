import { afterAll, describe, expect, it } from 'vitest';
import { clusterProfiles, targetsInTurn } from '../../../dist/attacks/clusters/cluster-profiles.js';
import { itemFactors } from '../../../dist/attacks/clusters/item-factors.js';
import { tasteClusters } from '../../../dist/attacks/clusters/taste-clusters.js';
import { InteractionMatrix } from '../../../dist/data/interactions.js';
import { createWasmKernels } from '../../../dist/kernels/index.js';
import { SeedKey } from '../../../dist/rng.js';

const kernels = await createWasmKernels({ threads: 1 });
afterAll(() => kernels.dispose());
const seed = SeedKey.root(1);

/** Three tastes of six items each, items 18 and 19 without clicks: users click four items of one taste. */
const rows = Array.from({ length: 90 }, (_, user) => {
  const taste = user % 3;
  const stream = SeedKey.root(5).child(user).stream();
  return Array.from(stream.sample(6, 4), (n) => 6 * taste + n).sort((a, b) => a - b);
});
const interactions = InteractionMatrix.fromRows(20, rows);

describe('taste clusters', () => {
  it('find the tastes, each with its own items first by clicks, and items without clicks last', async () => {
    const tastes = await tasteClusters({
      interactions,
      clusters: 3,
      seed,
      where: 'test',
      context: { kernels },
    });
    const degrees = interactions.itemDegrees();
    const own = tastes.map((taste) => Array.from(taste.subarray(0, 6)));
    expect(own.map((items) => Math.floor(items[0] / 6)).sort()).toEqual([0, 1, 2]);
    for (const items of own) {
      expect(new Set(items.map((item) => Math.floor(item / 6))).size).toBe(1);
      const clicks = items.map((item) => degrees[item]);
      expect(clicks).toEqual([...clicks].sort((a, b) => b - a));
    }
    for (const taste of tastes) {
      expect(Array.from(taste).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
      expect(Array.from(taste.subarray(18))).toEqual([18, 19]);
    }
  });

  it('are no more than the items with clicks, and none is empty', async () => {
    const few = InteractionMatrix.fromRows(5, [[1], [3], [1, 3]]);
    const tastes = await tasteClusters({
      interactions: few,
      clusters: 20,
      seed,
      where: 'test',
      context: { kernels },
    });
    expect(tastes.length).toBeGreaterThan(0);
    expect(tastes.length).toBeLessThanOrEqual(2);
  });

  it('lie in rows of length 1, and of 0 for items without clicks', async () => {
    const factors = await itemFactors(
      interactions,
      { dimensions: 2, rounds: 8 },
      seed,
      kernels,
      async () => {},
    );
    for (let item = 0; item < 20; item++) {
      const [x, y] = factors.subarray(2 * item, 2 * item + 2);
      expect(Math.hypot(x, y)).toBeCloseTo(item < 18 ? 1 : 0, 6);
    }
  });
});

describe('cluster profiles', () => {
  const tastes = [
    [0, 1, 2, 3, 4, 5],
    [5, 4, 3, 2, 1, 0],
  ].map((taste) => Int32Array.from(taste));

  it('hold one target and the first other items of one taste, and repeat', () => {
    const profiles = clusterProfiles({
      targets: Int32Array.of(0, 4),
      sizes: Int32Array.of(3, 3, 3, 3),
      tastes,
      targetsEach: 1,
      seed,
    }).map((profile) => Array.from(profile));
    const held = profiles.map((profile) => profile.filter((item) => item === 0 || item === 4));
    expect(held).toEqual([[0], [4], [0], [4]]);
    const fillers = profiles.map((profile) => profile.filter((item) => item !== 0 && item !== 4));
    for (const part of fillers)
      expect([
        [1, 2],
        [3, 5],
      ]).toContainEqual(part);
    expect(fillers[0]).not.toEqual(fillers[1]);
    expect(profiles.slice(2)).toEqual(profiles.slice(0, 2));
  });

  it('leave no target out, where there are more of them than tastes', () => {
    const targets = Int32Array.of(0, 1, 2);
    const profiles = clusterProfiles({
      targets,
      sizes: new Int32Array(3).fill(2),
      tastes,
      targetsEach: 1,
      seed,
    });
    expect(profiles.map((profile) => targets.filter((target) => profile.includes(target)).length)).toEqual([
      1, 1, 1,
    ]);
    for (const target of targets) expect(profiles.some((profile) => profile.includes(target))).toBe(true);
  });

  it('take the other targets where nothing else is left, and keep to the budget where targets do not fit', () => {
    const all = clusterProfiles({
      targets: Int32Array.of(0, 4),
      sizes: Int32Array.of(6, 1, 0),
      tastes,
      targetsEach: 2,
      seed,
    });
    expect(all.map((profile) => Array.from(profile))).toEqual([[0, 1, 2, 3, 4, 5], [0], []]);
  });

  it('share the targets out evenly', () => {
    expect(targetsInTurn(Int32Array.of(3, 8, 9), 4, 2)).toEqual([
      [3, 8],
      [9, 3],
      [8, 9],
      [3, 8],
    ]);
  });
});
