import { describe, expect, it } from 'vitest';
import {
  clearlyBetter,
  mean,
  minimumDetectableEffect,
  pairedComparison,
  standardDeviation,
  tInterval,
} from '../../dist/metrics/index.js';

describe('mean and standard deviation', () => {
  it('are those of a sample', () => {
    expect(mean([2, 4, 4, 4, 5, 5, 7, 9])).toBe(5);
    expect(standardDeviation([2, 4, 4, 4, 5, 5, 7, 9])).toBeCloseTo(Math.sqrt(32 / 7), 14);
    expect(standardDeviation([3])).toBeNull();
  });
});

describe('pairedComparison', () => {
  it('agrees with an independent t-test', () => {
    // scipy.stats.ttest_1samp([.1, .3, .2, .25], 0), version 1.x
    const result = pairedComparison([1.1, 1.3, 1.2, 1.25], [1, 1, 1, 1]);
    expect(result.mean).toBeCloseTo(0.2125, 12);
    expect(result.standardDeviation).toBeCloseTo(0.08539125638299665, 12);
    expect(result.p).toBeCloseTo(0.015587358121496139, 8);
    expect(result.interval?.low).toBeCloseTo(0.07662345581019928, 7);
    expect(result.interval?.high).toBeCloseTo(0.3483765441898008, 7);
    expect(result.allAbove).toBe(true);
  });

  it('knows the quantiles of Student t', () => {
    // t(0.975, 2) = 4.302653, on differences with mean 0 and sd 1
    expect(tInterval([-1, 0, 1])?.high).toBeCloseTo(4.302652729911275 / Math.sqrt(3), 6);
  });

  it('gives no interval, p or detectable effect below 3 units', () => {
    for (const values of [[1], [1, 2]]) {
      const result = pairedComparison(
        values,
        values.map(() => 0),
      );
      expect(result.interval).toBeNull();
      expect(result.p).toBeNull();
      expect(result.minimumDetectableEffect).toBeNull();
    }
  });

  it('gives no interval, p or detectable effect where the differences show no spread', () => {
    const none = { interval: null, p: null, minimumDetectableEffect: null };
    expect(pairedComparison([1, 1, 1], [1, 1, 1])).toMatchObject({ ...none, mean: 0, allAbove: false });
    expect(pairedComparison([1, 1, 1], [0, 0, 0])).toMatchObject({ ...none, mean: 1, allAbove: true });
    // The same to rounding: 0.31 - 0.01, 0.33 - 0.03 and 0.3 differ in the last bit.
    const rounded = pairedComparison([0.31, 0.33, 0.3], [0.01, 0.03, 0]);
    expect(new Set(rounded.differences).size).toBeGreaterThan(1);
    expect(rounded).toMatchObject(none);
    // One user in a million is a spread.
    expect(pairedComparison([0.5, 0.5, 0.500001], [0, 0, 0]).interval).not.toBeNull();
  });

  it('refuses unpaired values', () => {
    expect(() => pairedComparison([1], [])).toThrow(expect.objectContaining({ code: 'internal' }));
    expect(() => pairedComparison([], [])).toThrow(expect.objectContaining({ code: 'internal' }));
  });
});

describe('minimumDetectableEffect', () => {
  it.each([
    // scipy.stats.nct, solved for a power of 0.8 at two-sided 5 %
    [3, 3.264043549819917],
    [4, 2.1279494103700034],
    [5, 1.681997282215754],
    [10, 0.9960022543069599],
    [30, 0.5292362447757714],
    [100, 0.282912978425534],
  ])('of %d units with sd 1 is the exact one', (n, expected) => {
    expect(minimumDetectableEffect(1, n)).toBeCloseTo(expected, 5);
    expect(minimumDetectableEffect(0.25, n)).toBeCloseTo(expected / 4, 5);
  });
});

describe('clearlyBetter', () => {
  const above = pairedComparison([2, 3], [1, 1]);
  const mixed = pairedComparison([2, 1], [1, 1]);

  it('asks for a difference above 0 on every unit against every control', () => {
    expect(clearlyBetter([above, above])).toBe(true);
    expect(clearlyBetter([above, mixed])).toBe(false);
    expect(clearlyBetter([])).toBeNull();
  });
});
