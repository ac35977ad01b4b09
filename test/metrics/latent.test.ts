import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { principalPlane } from '../../dist/metrics/principal-components.js';
import { distancesOf, relativeSpread, separationAuc, silhouette } from '../../dist/metrics/separation.js';
import { SeedKey } from '../../dist/rng.js';

const points = (rows: number[][]) => Float32Array.from(rows.flat());

/** 40 points of 5 coordinates with spreads 9, 4, 1, 1, 1 along turned axes. */
function cloud(rows: number, dimensions: number) {
  const stream = SeedKey.root(4).stream();
  return Float32Array.from({ length: rows * dimensions }, (_, p) => {
    const spread = [9, 4][p % dimensions] ?? 1;
    return spread * stream.normal() + 3;
  });
}

describe('principalPlane', () => {
  it('is what comes out by hand', () => {
    // Centred: (-2, -1), (2, 1), (0, 0), (0, 0): all variance along (2, 1) / sqrt(5).
    const plane = principalPlane(
      points([
        [1, 4],
        [5, 6],
        [3, 5],
        [3, 5],
      ]),
      2,
    );
    expect(plane.explained[0]).toBeCloseTo(1, 12);
    expect(plane.explained[1]).toBeCloseTo(0, 12);
    const [[x, y], [other]] = plane.project(
      points([
        [5, 6],
        [2, 7],
      ]),
    );
    expect(x).toBeCloseTo(Math.sqrt(5), 12);
    expect(y).toBeCloseTo(0, 6);
    expect(other).toBeCloseTo(0, 6);
  });

  it.each([
    [40, 5],
    [6, 12],
  ])('of %i points of %i coordinates takes the largest variances, uncorrelated', (rows, dimensions) => {
    const given = cloud(rows, dimensions);
    const plane = principalPlane(given, dimensions);
    const places = plane.project(given);
    const sum = (f: (place: [number, number]) => number) => places.reduce((total, p) => total + f(p), 0);
    expect(sum(([x]) => x)).toBeCloseTo(0, 9);
    expect(sum(([x, y]) => x * y)).toBeCloseTo(0, 6);
    const means = Array.from({ length: dimensions }, (_, d) => {
      const column = Array.from({ length: rows }, (__, r) => given[r * dimensions + d]);
      return column.reduce((total, value) => total + value, 0) / rows;
    });
    const total = given.reduce((all, value, p) => all + (value - means[p % dimensions]) ** 2, 0);
    expect(sum(([x]) => x * x) / total).toBeCloseTo(plane.explained[0], 9);
    expect(sum(([, y]) => y * y) / total).toBeCloseTo(plane.explained[1], 9);
    // No direction has more: neither the axes nor mixtures of the two.
    expect(plane.explained[0]).toBeGreaterThanOrEqual(plane.explained[1]);
    for (let d = 0; d < dimensions; d++) {
      const along = Array.from({ length: rows }, (_, r) => (given[r * dimensions + d] - means[d]) ** 2);
      const share = along.reduce((all, value) => all + value, 0) / total;
      expect(share).toBeLessThanOrEqual(plane.explained[0] + 1e-9);
    }
  });

  it('has no second axis in one dimension, and none at all for equal points', () => {
    const line = principalPlane(points([[1], [2], [4]]), 1);
    expect(line.explained).toEqual([expect.closeTo(1, 12), 0]);
    expect(line.project(points([[1]]))[0][1]).toBe(0);
    const equal = principalPlane(
      points([
        [1, 2],
        [1, 2],
      ]),
      2,
    );
    expect(equal.explained).toEqual([0, 0]);
    expect(equal.project(points([[1, 2]]))).toEqual([[0, 0]]);
    expect(() => principalPlane(points([[1, Number.NaN]]), 2)).toThrow(
      expect.objectContaining({ code: 'numeric' }),
    );
  });

  it('has one sign: a mirrored copy is mirrored back', () => {
    const given = cloud(20, 4);
    const mirrored = given.map((value) => -value);
    const places = principalPlane(given, 4).project(given);
    const back = principalPlane(mirrored, 4).project(mirrored);
    places.forEach(([x, y], p) => {
      expect(back[p][0]).toBeCloseTo(-x, 5);
      expect(back[p][1]).toBeCloseTo(-y, 5);
    });
  });
});

describe('separation', () => {
  const on = (group: number[], others: number[]) =>
    distancesOf(points([...group, ...others].map((x) => [x])), 1, group.length);

  it('is what comes out by hand', () => {
    const apart = on([0, 1], [10, 12]);
    expect(separationAuc(apart)).toBe(1);
    // a = 1, b = 11 and 10; a = 2, b = 9.5 and 11.5.
    expect(silhouette(apart)).toBeCloseTo((10 / 11 + 9 / 10 + 7.5 / 9.5 + 9.5 / 11.5) / 4, 12);
    // 1 from each other; 11 and 10 from the others.
    expect(relativeSpread(apart)).toBeCloseTo(1 / 10.5, 12);
    // d(group) - d(others): 10 - 5 for each of the two, 5 - 2 for each of the others between.
    expect(separationAuc(on([0, 10], [4, 6]))).toBe(0);
    expect(separationAuc(on([3, 3], [3, 3]))).toBe(0.5);
    expect(silhouette(on([3, 3], [3, 3]))).toBe(0);
  });

  it('tells a wide group from a narrow one that lies beside it', () => {
    // Each of the group is farther from the rest of its group than each of the others is from the group.
    const scattered = on([-30, -10, 10, 30], [0, 0, 0.1]);
    expect(separationAuc(scattered)).toBe(1);
    // Apart, and no cluster.
    expect(relativeSpread(scattered)).toBeGreaterThan(1);
  });

  it('is none below two points', () => {
    for (const distances of [on([1], [2, 3]), on([1, 2], [3])]) {
      expect(separationAuc(distances)).toBeNull();
      expect(silhouette(distances)).toBeNull();
    }
    for (const distances of [on([1], [2, 3]), on([1, 2], []), on([1, 1], [1])])
      expect(relativeSpread(distances)).toBeNull();
  });

  it('stays in its bounds, and does not change when everything is shifted', () => {
    const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(values, values, fc.integer({ min: -9, max: 9 }), (group, others, by) => {
        const distances = on(group, others);
        const [auc, mean] = [separationAuc(distances)!, silhouette(distances)!];
        expect(auc).toBeGreaterThanOrEqual(0);
        expect(auc).toBeLessThanOrEqual(1);
        expect(Math.abs(mean)).toBeLessThanOrEqual(1);
        const moved = on(
          group.map((x) => x + by),
          others.map((x) => x + by),
        );
        expect(separationAuc(moved)).toBe(auc);
        expect(silhouette(moved)).toBe(mean);
      }),
    );
  });
});
