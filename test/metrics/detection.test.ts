import { expect, it } from 'vitest';
import { measureDetection } from '../../dist/metrics/index.js';

/** Users 0 to 3 are honest, 4 and 5 fake. */
const isFake = (user: number) => user >= 4;

it('counts by hand', () => {
  // From the top: 9 (honest), 8 (fake), 3 (honest), 2 (fake), 1, 0 (honest).
  const { auc, averagePrecision, chance, fakes, honest, sizeMatched } = measureDetection(
    [9, 3, 1, 0, 8, 2],
    isFake,
  );
  expect({ fakes, honest }).toEqual({ fakes: 2, honest: 4 });
  expect(auc).toBe((3 + 2) / 8);
  expect(averagePrecision).toBe((1 / 2 + 2 / 4) / 2);
  expect(chance).toEqual({ auc: 0.5, averagePrecision: 2 / 6 });
  expect(sizeMatched).toBeNull();
});

it('finds fakes above as many honest users as a rate allows', () => {
  const recall = (rate: number) =>
    measureDetection([9, 3, 1, 0, 8, 2], isFake, { falsePositiveRates: [rate] }).recallAt[0];
  expect(recall(0)).toEqual({ falsePositiveRate: 0, recall: 0 });
  expect(recall(0.24).recall).toBe(0);
  expect(recall(0.25).recall).toBe(1 / 2);
  expect(recall(0.5).recall).toBe(1);
});

it('counts ties against the detector', () => {
  const constant = measureDetection([1, 1, 1, 1, 1, 1], isFake, { falsePositiveRates: [0.01, 0.5] });
  expect(constant.auc).toBe(0);
  expect(constant.averagePrecision).toBe((1 / 5 + 2 / 6) / 2);
  expect(constant.recallAt.map(({ recall }) => recall)).toEqual([0, 0]);
  const tied = measureDetection([2, 1, 1, 1, 2, 2], isFake);
  expect(tied.auc).toBe(3 / 4);
  expect(tied.averagePrecision).toBe((1 / 2 + 2 / 3) / 2);
});

it('is 1 where all fakes are above, and 0 where they are below', () => {
  const perfect = measureDetection([1, 2, 3, 4, 5, 6], isFake);
  expect([perfect.auc, perfect.averagePrecision, perfect.recallAt[1].recall]).toEqual([1, 1, 1]);
  const reversed = measureDetection([6, 5, 4, 3, 2, 1], isFake);
  expect(reversed.auc).toBe(0);
  expect(reversed.averagePrecision).toBe((1 / 5 + 2 / 6) / 2);
});

it('holds each fake against honest users of like size', () => {
  // Fake 4 of 100 clicks against 90 and 110 clicks, fake 5 of 20 clicks against nobody.
  const sizes = [90, 110, 111, 89, 100, 20];
  const { sizeMatched } = measureDetection([1, 7, 9, 9, 5, 9], isFake, {
    sizes,
    falsePositiveRates: [0, 0.5],
  });
  expect(sizeMatched).toEqual({
    fakes: 1,
    auc: 1 / 2,
    recallAt: [
      { falsePositiveRate: 0, recall: 0 },
      { falsePositiveRate: 0.5, recall: 1 },
    ],
  });
  expect(measureDetection([1, 7, 9, 9, 5, 9], isFake, { sizes: [1, 1, 1, 1, 5, 9] }).sizeMatched).toBeNull();
});

it('sees nothing in size alone, once sizes are matched', () => {
  const sizes = Array.from({ length: 400 }, (_, user) => (user < 300 ? 10 + user : 170 + (user - 300)));
  const large = (user: number) => user >= 300;
  const { auc, sizeMatched } = measureDetection(sizes, large, { sizes });
  expect(auc).toBeGreaterThan(0.65);
  expect(sizeMatched?.auc).toBeGreaterThan(0.45);
  expect(sizeMatched?.auc).toBeLessThan(0.55);
});

it('leaves out who does not count', () => {
  const { fakes, auc } = measureDetection([9, 3, 1, 0, 8, 2], isFake, {
    among: (user) => user !== 5 && user !== 0,
  });
  expect({ fakes, auc }).toEqual({ fakes: 1, auc: 1 });
});

it.each([
  ['a score that is NaN', 'numeric', () => measureDetection([1, Number.NaN, 3, 4, 5, 6], isFake)],
  ['an infinite score', 'numeric', () => measureDetection([1, 2, 3, 4, 5, Number.POSITIVE_INFINITY], isFake)],
  ['no fake', 'data', () => measureDetection([1, 2], () => false)],
  ['no honest user', 'data', () => measureDetection([1, 2], () => true)],
  ['a size too few', 'data', () => measureDetection([1, 2, 3, 4, 5], isFake, { sizes: [1] })],
  ['a rate of 1', 'config', () => measureDetection([1, 2, 3, 4, 5], isFake, { falsePositiveRates: [1] })],
])('refuses %s', (_, code, call) => {
  expect(call).toThrow(expect.objectContaining({ name: 'RecauditError', code }));
});
