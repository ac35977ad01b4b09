// What is usual for an honest item: regressions of quantiles and of excesses, how far a user is from others, scores in their units.
import { describe, expect, it } from 'vitest';
import { censoredCount, fitLevel, levelScore } from '../../../dist/detectors/calibrated/items/level.js';
import { expectedAbove, fitTail, thresholdOf } from '../../../dist/detectors/calibrated/items/tail.js';
import { distanceAt, fitDistance } from '../../../dist/detectors/calibrated/model/distance.js';
import { fitExponential } from '../../../dist/detectors/calibrated/model/exponential-regression.js';
import { fitQuantile } from '../../../dist/detectors/calibrated/model/quantile-regression.js';
import { SeedKey } from '../../../dist/rng.js';

const stream = (seed: number) => SeedKey.root(seed).child('levels').stream();
const exponential = (uniform: number) => -Math.log(1 - uniform);

describe('a linear quantile', () => {
  it('has its share of the values below it, along the line', () => {
    const draws = stream(1);
    const xs = Array.from({ length: 4000 }, () => draws.uniform());
    const values = Float64Array.from(xs, (x) => 1 + 2 * x + (1 + x) * exponential(draws.uniform()));
    const rows = { values: Float64Array.from(xs.flatMap((x) => [1, x])), width: 2 };
    const [level, slope] = fitQuantile(rows, values, 0.9);
    // the 90 % quantile of an exponential is ln 10
    expect(level).toBeCloseTo(1 + Math.log(10), 0);
    expect(level + slope).toBeCloseTo(3 + 2 * Math.log(10), 0);
    const below = values.filter((value, n) => value < level + slope * xs[n]).length;
    expect(below / 4000).toBeCloseTo(0.9, 2);
  });

  it('is the value where nothing varies', () => {
    const rows = { values: new Float64Array(20).fill(1), width: 1 };
    expect(fitQuantile(rows, new Float64Array(20).fill(3), 0.9)[0]).toBeCloseTo(3, 6);
  });
});

describe('a regression of exponential excesses', () => {
  const draws = stream(2);
  const xs = Array.from({ length: 4000 }, () => 2 * draws.uniform() - 1);
  const excesses = Float64Array.from(xs, (x) => Math.exp(0.5 + x) * exponential(draws.uniform()));
  const rows = { values: Float64Array.from(xs.flatMap((x) => [1, x])), width: 2 };

  it('finds how the mean depends on a covariate', () => {
    const [level, slope] = fitExponential(rows, excesses, new Uint8Array(4000), 10);
    expect(level).toBeCloseTo(0.5, 1);
    expect(slope).toBeCloseTo(1, 1);
  });

  it('takes a bounded excess as one that may be larger', () => {
    const bounded = excesses.map((excess) => Math.min(excess, 2));
    const censored = Uint8Array.from(excesses, (excess) => (excess > 2 ? 1 : 0));
    const [level, slope] = fitExponential(rows, bounded, censored, 10);
    expect(level).toBeCloseTo(0.5, 1);
    expect(slope).toBeCloseTo(1, 1);
  });

  it('leaves the slope near 0 where there are few', () => {
    const few = { values: rows.values.slice(0, 16), width: 2 };
    const slope = Math.abs(fitExponential(few, excesses.slice(0, 8), new Uint8Array(8), 0.2)[1]);
    expect(slope).toBeLessThan(0.3);
  });
});

describe('the distance from the others', () => {
  it('is log(1 + d^2 / F), and knows that features go together', () => {
    const draws = stream(3);
    const rows = Float64Array.from(
      Array.from({ length: 2000 }, () => 2 * draws.uniform() - 1).flatMap((x) => [
        x + 0.1 * draws.uniform(),
        x,
      ]),
    );
    const distance = fitDistance(rows, 2);
    const at = (a: number, b: number) => distanceAt(distance, Float64Array.of(a, b), 0);
    expect(at(distance.mean[0], distance.mean[1])).toBe(0);
    // against the common direction is further than along it
    expect(at(1, -1)).toBeGreaterThan(at(1, 1));
    expect(at(8, 8)).toBeGreaterThan(at(4, 4));
  });
});

describe('the level of honest items', () => {
  const ITEMS = 3000;
  const draws = stream(4);
  const items = Array.from({ length: ITEMS }, () => ({
    popularity: 5 + Math.floor(400 * draws.uniform() ** 4),
    usual: draws.uniform() - 0.5,
  }));
  // Half the items have no evidence; that of the others grows as the root of the clicks.
  const evidence = Float64Array.from(items, ({ popularity, usual }) =>
    draws.uniform() < 0.5 ? 0 : 3 * Math.sqrt(popularity) * Math.exp(usual) * exponential(draws.uniform()),
  );
  const level = fitLevel(evidence, items);
  if (level === null) throw new Error('no level');
  const scores = evidence.map((value, n) => levelScore(level, value, items[n]));

  it('lets one item in ten lie above 0, at any popularity and in any surroundings', () => {
    for (const part of [
      (n: number) => items[n].popularity < 15,
      (n: number) => items[n].popularity > 100,
      (n: number) => items[n].usual > 0.2,
    ]) {
      const own = scores.filter((_, n) => part(n));
      expect(own.filter((score) => score > 0).length / own.length).toBeCloseTo(0.1, 1);
    }
  });

  it('makes honest scores fall off as exp(-score)', () => {
    const tail = fitTail(scores);
    if (tail === null) throw new Error('no tail');
    for (const score of [1, 2, 4]) {
      const ratio = expectedAbove(tail, score) / (0.1 * ITEMS * Math.exp(-score));
      expect(Math.abs(Math.log(ratio))).toBeLessThan(0.5);
    }
  });

  it('has a scale of 3 at least, so that one odd clicker is no proof', () => {
    const fine = fitLevel(
      evidence.map((value) => value / 100),
      items,
    );
    if (fine === null) throw new Error('no level');
    const item = { popularity: 20, usual: 0 };
    expect(levelScore(fine, 9, item) - levelScore(fine, 3, item)).toBeCloseTo(2, 9);
  });

  it('says how many honest items of a large file lie above a score, whatever most scores are like', () => {
    const draws = stream(5);
    // 20,000 items, of which the 400 highest have an exponential tail; the others end at 2.
    const many = Float64Array.from({ length: 20_000 }, (_, n) =>
      n < 400 ? 2 + exponential(draws.uniform()) : 2 * draws.uniform() - 1,
    );
    const tail = fitTail(many);
    if (tail === null) throw new Error('no tail');
    expect(tail.above).toBe(500);
    expect(Math.abs(Math.log(expectedAbove(tail, 6) / (400 * Math.exp(-4))))).toBeLessThan(0.5);
    expect(expectedAbove(tail, tail.start)).toBe(20_000);
    expect(expectedAbove(tail, thresholdOf(tail, 0.2))).toBeCloseTo(0.2, 6);
  });

  it('does not let five pushed items hide each other in a small file', () => {
    const PUSHED = [3, 40, 99, 140, 300];
    const small = items.slice(0, 360);
    const own = Float64Array.from(evidence.subarray(0, 360));
    // thirty times what is usual above the level
    for (const n of PUSHED) own[n] += 90 * Math.sqrt(items[n].popularity);
    const fitted = fitLevel(own, small);
    if (fitted === null) throw new Error('no level');
    const all = own.map((value, n) => levelScore(fitted, value, small[n]));
    const tail = fitTail(all);
    if (tail === null) throw new Error('no tail');
    const above = Array.from(all.keys()).filter((n) => all[n] > thresholdOf(tail, 0.2));
    expect(above).toEqual(PUSHED);
  });

  it('is none where there are few items', () => {
    expect(fitLevel(evidence.subarray(0, 39), items.slice(0, 39))).toBeNull();
    expect(fitLevel(new Float64Array(500), items.slice(0, 500))).toBeNull();
    expect([40, 360, 10_000].map(censoredCount)).toEqual([1, 5, 20]);
  });
});
