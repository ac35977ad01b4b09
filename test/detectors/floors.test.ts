import { afterAll, describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../dist/data/index.js';
import { indexedHeap } from '../../dist/detectors/floors/indexed-heap.js';
import { fap, fraudar, leastPopular, medianClicks, unrap } from '../../dist/detectors/index.js';
import { createWasmKernels } from '../../dist/kernels/index.js';
import { SeedKey } from '../../dist/rng.js';
import { detectionData } from './data.js';

const kernels = await createWasmKernels({ threads: 1 });
afterAll(() => kernels.dispose());

const data = detectionData();
const { interactions, originals } = data;
const { users, items } = interactions;
const ratings = originals.ratings as Float64Array;
const request = { interactions, originals, seed: SeedKey.root(1), context: { kernels } };
const rowsOf = (rows: number[][], count: number) => ({
  ...request,
  interactions: InteractionMatrix.fromRows(count, rows),
});

/** Ratings in full, 0 where there is none. */
function filled(values: Float64Array | null): number[][] {
  return Array.from({ length: users }, (_, u) => {
    const row = Array<number>(items).fill(0);
    for (let e = interactions.rowPointers[u]; e < interactions.rowPointers[u + 1]; e++)
      row[interactions.columns[e]] = values === null ? 1 : values[e];
    return row;
  });
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

it('median-clicks: 0 at the median, falling on both sides', async () => {
  const three = rowsOf([[0], [0, 1, 2], [0, 1, 2, 3, 4, 5]], 6);
  expect(Array.from(await medianClicks.score({ ...three, options: {} }))).toEqual([-2, -0, -3]);
  const two = rowsOf([[0], [0, 1]], 2);
  expect(Array.from(await medianClicks.score({ ...two, options: {} }))).toEqual([-0.5, -0.5]);
});

it('least-popular: both signs, and the least suspicious score without clicks', async () => {
  const three = rowsOf([[0, 1], [0], []], 2);
  const score = async (suspicious: 'rare' | 'common') =>
    Array.from(await leastPopular.score({ ...three, options: { suspicious } }));
  expect(await score('rare')).toEqual([-1, -2, -4]);
  expect(await score('common')).toEqual([1, 2, 0]);
});

it.each([
  ['ratings', ratings],
  ['clicks', null],
])('unrap: Hv of the filled matrix of %s', async (_, values) => {
  const full = filled(values);
  const columns = Array.from({ length: items }, (_, i) => mean(full.map((row) => row[i])));
  const all = mean(columns);
  const { originals: both, ...without } = request;
  const scores = await unrap.score({
    ...(values === null ? without : { ...without, originals: both }),
    options: {},
  });
  full.forEach((row, u) => {
    const own = mean(row);
    const rest = row.reduce((sum, r, i) => sum + (r - columns[i] - own + all) ** 2, 0);
    const variation = row.reduce((sum, r) => sum + (r - own) ** 2, 0);
    expect(scores[u]).toBeCloseTo(variation === 0 ? 0 : rest / variation, 8);
  });
});

describe('fraudar', () => {
  it('gives the users of a dense block one score, above all others', async () => {
    const block = Array.from({ length: 6 }, () => [0, 1, 2, 3, 4]);
    const others = Array.from({ length: 20 }, (_, u) => [5 + (u % 7), 12 + (u % 5)]);
    const scores = await fraudar.score({ ...rowsOf([...others, ...block], 20), options: {} });
    const inBlock = scores.subarray(20);
    expect(new Set(inBlock).size).toBe(1);
    // 30 edges of weight 1 / log(6 + 5) among 6 users and 5 items.
    expect(inBlock[0]).toBeCloseTo(30 / Math.log(11) / 11, 10);
    expect(Math.max(...scores.subarray(0, 20))).toBeLessThan(inBlock[0]);
  });

  it('peels as a search through all nodes does', async () => {
    const scores = await fraudar.score({ ...request, options: {} });
    const weight = Array.from(interactions.itemDegrees(), (p) => 1 / Math.log(p + 5));
    const left = new Set(Array.from({ length: users + items }, (_, node) => node));
    const inside = (node: number) => {
      const edges = Array.from(left).filter((other) =>
        node < users
          ? other >= users && interactions.has(node, other - users)
          : other < users && interactions.has(other, node - users),
      );
      return edges.reduce((sum, other) => sum + weight[Math.max(node, other) - users], 0);
    };
    let densest = 0;
    while (left.size > 0) {
      const sums = Array.from(left, inside);
      densest = Math.max(densest, sums.reduce((a, b) => a + b, 0) / 2 / left.size);
      const least = Math.min(...sums);
      // Sums in another order differ in the last bits, and equal nodes go by index.
      const node = Array.from(left)[sums.findIndex((sum) => sum <= least + 1e-9)];
      if (node < users) expect(scores[node]).toBeCloseTo(densest, 6);
      left.delete(node);
    }
  });

  it('takes from its heap in order, whatever falls meanwhile', () => {
    const stream = SeedKey.root(4).stream();
    const values = Float64Array.from({ length: 200 }, () => stream.integer(50));
    const heap = indexedHeap(values);
    const there = new Set(values.keys());
    while (heap.size > 0) {
      const fallen = stream.integer(200);
      if (heap.has(fallen)) heap.lower(fallen, values[fallen] - stream.integer(5));
      const least = Math.min(...Array.from(there, (node) => values[node]));
      const first = Array.from(there)
        .sort((a, b) => a - b)
        .find((node) => values[node] === least);
      const taken = heap.take();
      expect(taken).toBe(first);
      expect(heap.has(taken)).toBe(false);
      there.delete(taken);
    }
  });
});

describe('fap', () => {
  const seeds = [4, 30];

  it.each([
    ['ratings', true],
    ['clicks', false],
  ])('is a product of row-stochastic matrices: %s', async (_, rated) => {
    const full = filled(rated ? ratings : null);
    const means = {
      user: full.map((row) => mean(row.filter((r) => r > 0))),
      item: Array.from({ length: items }, (_, i) => mean(full.map((row) => row[i]).filter((r) => r > 0))),
      all: mean(full.flat().filter((r) => r > 0)),
    };
    const away = (r: number, m: number) => Math.abs(r - m) / m;
    const w = full.map((row, u) =>
      row.map((r, i) =>
        r === 0 ? 0 : 1 + away(r, means.user[u]) + away(r, means.item[i]) + away(r, means.all),
      ),
    );
    let p: number[] = Array.from({ length: users }, (_, u) => (seeds.includes(u) ? 1 : 0));
    for (let round = 0; round < 3; round++) {
      const ofItem = Array.from({ length: items }, (_, i) => {
        const total = w.reduce((sum, row) => sum + row[i], 0);
        return total === 0 ? 0 : w.reduce((sum, row, u) => sum + row[i] * p[u], 0) / total;
      });
      p = w.map((row, u) => {
        const total = row.reduce((a, b) => a + b, 0);
        if (seeds.includes(u)) return 1;
        return total === 0 ? 0 : row.reduce((sum, weight, i) => sum + weight * ofItem[i], 0) / total;
      });
    }
    const { originals: both, ...without } = request;
    const scores = await fap.score({
      ...without,
      ...(rated && { originals: both }),
      knownFakes: seeds,
      options: { rounds: 3 },
    });
    scores.forEach((score, u) => {
      expect(score).toBeCloseTo(p[u], 10);
    });
  });
});
