import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createReferenceKernels } from '../../dist/kernels/reference.js';
import { denseItemAe } from '../../dist/recommenders/item-ae/dense.js';
import { SeedKey } from '../../dist/rng.js';
import { type ItemAeGoldenCase, runItemAeCase } from '../../dist/verification/item-ae.js';

const load = (name: string): ItemAeGoldenCase =>
  JSON.parse(readFileSync(`golden/item-ae-${name}.json`, 'utf8'));

/** (case, unroll length in epochs): the derivative of L_adv by x in the last `unroll` epochs and in the prediction. */
const TABLE: [string, number][] = [
  ['mini-batch', 0],
  ['mini-batch', 1],
  ['mini-batch', 3],
  ['mini-batch', 5],
  ['selu', 0],
  ['selu', 2],
  ['selu', 6],
];

describe('ItemAE hypergradient against central finite differences in float64', () => {
  it.each(TABLE)('%s, unroll %i', async (name, unroll) => {
    const golden = load(name);
    const boundary = golden.batches.length - unroll;
    const estimator =
      unroll === 0 ? ({ kind: 'partial' } as const) : { kind: 'unrolled' as const, epochs: unroll };
    const run = await runItemAeCase(createReferenceKernels('f64'), golden, { estimator });
    const binary = golden.fake.map((row) => [...row]);
    const dense = denseItemAe(golden, binary, boundary);
    dense.losses.forEach((loss, epoch) => {
      expect(Math.abs(run.losses[epoch] / loss - 1)).toBeLessThan(1e-12);
    });
    expect(run.adversarialLoss).toBeCloseTo(dense.adversarialLoss, 10);
    for (let trial = 0; trial < 3; trial++) {
      const stream = SeedKey.root(trial).child(name).stream();
      const direction = binary.map((row) => row.map(() => stream.normal()));

      const step = 1e-6;
      const at = (sign: number) => {
        const moved = binary.map((row, v) => row.map((x, i) => x + sign * step * direction[v][i]));
        return denseItemAe(golden, moved, boundary).adversarialLoss;
      };
      const expected = (at(1) - at(-1)) / (2 * step);
      const actual = direction.flat().reduce((sum, value, i) => sum + value * run.hypergradient[i], 0);
      expect(Math.abs(actual - expected)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected)));
    }
  });

  it('unrolled(0) is partial and unrolled(L) is exact, to the last bit', async () => {
    const golden = load('mini-batch');
    const run = (estimator: Parameters<typeof runItemAeCase>[2]['estimator']) =>
      runItemAeCase(createReferenceKernels('f64'), golden, { estimator });
    const [none, partial] = [await run({ kind: 'unrolled', epochs: 0 }), await run({ kind: 'partial' })];
    expect(none.hypergradient).toEqual(partial.hypergradient);
    const [all, exact] = [await run({ kind: 'unrolled', epochs: 5 }), await run({ kind: 'exact' })];
    expect(all.hypergradient).toEqual(exact.hypergradient);
    expect(all.hypergradient).not.toEqual(none.hypergradient);
  });

  it('gives the same bits with and without checkpoints', async () => {
    const golden = load('mini-batch');
    const run = (trajectoryBytes: number) =>
      runItemAeCase(createReferenceKernels('f32'), golden, { estimator: { kind: 'exact' }, trajectoryBytes });
    expect((await run(0)).hypergradient).toEqual((await run(2 ** 28)).hypergradient);
  });
});
