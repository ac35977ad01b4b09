// What the method fits: systems, trends, regressions, trees, tails. Each on data whose right answer is known.
import { describe, expect, it } from 'vitest';
import { evidenceOf, itemScore, posterior } from '../../../dist/detectors/calibrated/items/item-test.js';
import { expectedAbove, fitTail, thresholdOf } from '../../../dist/detectors/calibrated/items/tail.js';
import { fitBoostedTrees, treesLogit } from '../../../dist/detectors/calibrated/model/boosted-trees.js';
import { fitLogistic, logitOf } from '../../../dist/detectors/calibrated/model/logistic.js';
import { solveSymmetric } from '../../../dist/detectors/calibrated/model/solve.js';
import { correct, fitTrend, usualAt } from '../../../dist/detectors/calibrated/model/trend.js';
import { SeedKey } from '../../../dist/rng.js';

const stream = (seed: number) => SeedKey.root(seed).stream();

describe('a small system', () => {
  it('is solved', () => {
    const x = solveSymmetric(Float64Array.of(4, 2, 0, 2, 5, 1, 0, 1, 3), Float64Array.of(8, 15, 11));
    expect(Array.from(x)).toEqual([expect.closeTo(1, 12), expect.closeTo(2, 12), expect.closeTo(3, 12)]);
  });

  it('is refused where it is not positive definite', () => {
    expect(() => solveSymmetric(Float64Array.of(0, 0, 0, 0), Float64Array.of(1, 1))).toThrow(/pivot 0 of 2/);
  });
});

describe('what is usual at a size', () => {
  const draws = stream(1);
  const sizes = Int32Array.from({ length: 3000 }, () => Math.ceil(Math.exp(2 + 3 * draws.uniform())));
  const level = (size: number) => 2 - Math.log(size) + 0.3 * Math.log(size) ** 2;
  const values = Float64Array.from(sizes, (size) => level(size) + 0.2 * draws.normal());

  it('follows a curve in the logarithm of sizes, though one in ten lies far above it', () => {
    const polluted = values.map((value, n) => (n % 10 === 0 ? value + 20 : value));
    const trend = fitTrend(polluted, sizes);
    for (const size of [10, 30, 100])
      expect(Math.abs(usualAt(trend, size).value - level(size))).toBeLessThan(0.15);
  });

  it('measures in scales, clips, and counts what is not known as usual', () => {
    const trend = fitTrend(values, sizes);
    expect(usualAt(trend, 40).scale).toBeCloseTo(0.2 * Math.sqrt(2 / Math.PI), 1);
    const odd = Float64Array.of(level(40) + 100, level(40) - 100, Number.NaN);
    expect(Array.from(correct(odd, [40, 40, 40], trend, -6, 12))).toEqual([12, -6, 0]);
  });

  it('is 0 away from usual where nothing varies', () => {
    const same = new Float64Array(20).fill(3);
    expect(
      correct(same, new Int32Array(20).fill(9), fitTrend(same, new Int32Array(20).fill(9)), -6, 12).every(
        (v) => Math.abs(v) < 1e-6,
      ),
    ).toBe(true);
  });
});

/** Rows of two columns with labels. */
function rowsOf(points: readonly (readonly [x: number, y: number, label: 0 | 1])[]) {
  return {
    values: Float64Array.from(points.flatMap((point) => point.slice(0, 2))),
    width: 2,
    labels: Uint8Array.from(points, ([, , label]) => label),
    weights: new Float64Array(points.length).fill(1),
  };
}

describe('a logistic regression', () => {
  it('stands where its gradient is 0', () => {
    const draws = stream(2);
    const rows = rowsOf(
      Array.from({ length: 400 }, () => {
        const [x, y] = [draws.normal(), draws.normal()];
        return [x, y, draws.uniform() < 1 / (1 + Math.exp(1 - 2 * x)) ? 1 : 0] as const;
      }),
    );
    const model = fitLogistic(rows, 0.01);
    const gradient = [0, 0, 0];
    rows.labels.forEach((label, n) => {
      const slope = (1 / (1 + Math.exp(-logitOf(model, rows.values, 2 * n))) - label) / rows.labels.length;
      gradient[0] += slope;
      gradient[1] += slope * rows.values[2 * n];
      gradient[2] += slope * rows.values[2 * n + 1];
    });
    expect(gradient[0]).toBeCloseTo(0, 4);
    expect(gradient[1] + 0.01 * model[1]).toBeCloseTo(0, 4);
    expect(gradient[2] + 0.01 * model[2]).toBeCloseTo(0, 4);
    expect(model[1]).toBeGreaterThan(1.2);
    expect(Math.abs(model[2])).toBeLessThan(0.4);
  });

  it('is the log of a likelihood ratio: of classes of the same weight', () => {
    const points = Array.from({ length: 90 }, (_, n) => [n < 60 ? 1 : 0, 0, n % 3 === 0 ? 1 : 0] as const);
    expect(Math.abs(fitLogistic(rowsOf(points), 1e-6)[1])).toBeLessThan(1e-2);
  });
});

describe('boosted trees', () => {
  it('learn that two features belong together, which no line can', () => {
    const draws = stream(3);
    const points = Array.from({ length: 600 }, () => {
      const [x, y] = [draws.uniform() - 0.5, draws.uniform() - 0.5];
      return [x, y, x * y > 0 ? 1 : 0] as const;
    });
    const rows = rowsOf(points);
    const model = fitBoostedTrees(rows);
    const right = points.filter(
      ([, , label], n) => treesLogit(model, rows.values, 2 * n) > 0 === (label === 1),
    );
    expect(right.length / points.length).toBeGreaterThan(0.95);
    const line = fitLogistic(rows, 1e-3);
    const byLine = points.filter(([, , label], n) => logitOf(line, rows.values, 2 * n) > 0 === (label === 1));
    expect(byLine.length / points.length).toBeLessThan(0.65);
  });

  it('say nothing where there is nothing to learn', () => {
    const rows = rowsOf(Array.from({ length: 100 }, (_, n) => [1, 1, n % 2 === 0 ? 1 : 0] as const));
    expect(treesLogit(fitBoostedTrees(rows), rows.values, 0)).toBeCloseTo(0, 10);
  });
});

describe('the evidence of an audience', () => {
  it('is the largest over shares, and 0 where none explains more than none', () => {
    const weights = [4, 4, -2, -2, -2, -2];
    const at = (share: number) =>
      weights.reduce((sum, w) => sum + Math.log(1 - share + share * Math.exp(w)), 0);
    const { evidence, share } = evidenceOf(weights);
    expect(evidence).toBeCloseTo(at(share), 10);
    expect(evidence).toBeGreaterThanOrEqual(Math.max(...[0.01, 0.08, 0.25, 0.6].map(at)));
    expect(evidenceOf([-1, -2, -3])).toEqual({ evidence: 0, share: 0 });
  });

  it('does not drown a few fakes in many real clickers, as a mean does', () => {
    const audience = (fakes: number) => [...new Array(fakes).fill(5), ...new Array(200 - fakes).fill(-1)];
    expect(evidenceOf(audience(8)).evidence).toBeGreaterThan(10);
    expect(evidenceOf(audience(0)).evidence).toBe(0);
    expect(itemScore(null, 30, { popularity: 225, usual: 0 })).toBe(2);
  });

  it('makes a click a fake with its odds', () => {
    expect(posterior(0, 0.3)).toBeCloseTo(0.3, 12);
    expect(posterior(Math.log(7), 0.5)).toBeCloseTo(7 / 8, 12);
    expect(posterior(6, 0)).toBe(0);
  });
});

describe('the tail', () => {
  // How many times the promised number there may be: a tail of shape 0.2 is two deviations from what is assumed before it is seen.
  const laws: readonly (readonly [name: string, most: number, inverse: (u: number) => number])[] = [
    ['exponential', 1, (u) => -Math.log(u)],
    ['heavy', 2, (u) => (u ** -0.2 - 1) / 0.2],
    ['bounded', 1, (u) => 1 - u ** 0.25],
  ];

  it.each(laws)('where it is %s, %i times the promised false items are the most', (_, most, inverse) => {
    const FILES = 40;
    let [alarms, spurious] = [0, 0];
    for (let file = 0; file < FILES; file++) {
      const draws = stream(100 + file);
      const scores = Float64Array.from({ length: 4000 }, (_value, n) =>
        n < 400 ? inverse(1 - draws.uniform()) : -1,
      );
      const tail = fitTail(scores);
      if (tail === null) throw new Error('no tail');
      const [one, few] = [thresholdOf(tail, 1), thresholdOf(tail, 0.05)];
      alarms += scores.filter((score) => score > one).length;
      spurious += scores.filter((score) => score > few).length;
      expect(expectedAbove(tail, thresholdOf(tail, 0.2))).toBeCloseTo(0.2, 8);
    }
    // Poisson with mean 40 and 2 at most: three deviations
    expect(alarms).toBeLessThan(most * FILES + 3 * Math.sqrt(most * FILES));
    expect(spurious).toBeLessThan(2 * most + 3 * Math.sqrt(2 * most) + 1);
  });

  it('keeps its promise where few scores are known, as the likeliest tail does not', () => {
    const FILES = 400;
    const ABOVE = 36;
    let [predicted, likeliest] = [0, 0];
    for (let file = 0; file < FILES; file++) {
      const draws = stream(7000 + file);
      const above = Float64Array.from({ length: ABOVE }, () => -Math.log(1 - draws.uniform()));
      const tail = fitTail(Float64Array.from([...above, ...new Array(324).fill(-1)]));
      if (tail === null) throw new Error('no tail');
      const mean = above.reduce((sum, value) => sum + value, 0) / ABOVE;
      // another file of the same kind has so many above the thresholds, on average
      predicted += ABOVE * Math.exp(-thresholdOf(tail, 0.2));
      likeliest += ABOVE * Math.exp(-mean * Math.log(ABOVE / 0.2));
    }
    expect(predicted / FILES).toBeLessThan(0.2);
    expect(likeliest / FILES).toBeGreaterThan(0.22);
  });

  it('is not made heavier by how far pushed items stand out', () => {
    const draws = stream(7);
    const scores = Array.from({ length: 4000 }, () => 2.3 - Math.log(1 - draws.uniform()) - 4.6);
    const near = fitTail(Float64Array.from([...scores, ...new Array(5).fill(12)]));
    const far = fitTail(Float64Array.from([...scores, ...new Array(5).fill(1000)]));
    expect(far).toEqual(near);
    if (far === null) throw new Error('no tail');
    expect(thresholdOf(far, 0.2)).toBeLessThan(30);
  });

  it('is none where there are few scores', () => {
    expect(fitTail(Float64Array.of(1))).toBeNull();
    expect(fitTail(new Float64Array(100))).toBeNull();
  });
});
