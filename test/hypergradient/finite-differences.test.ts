import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createReferenceKernels } from '../../dist/kernels/reference.js';
import { denseAdversarialLoss } from '../../dist/recommenders/wrmf/dense.js';
import { SeedKey } from '../../dist/rng.js';
import { runWrmfCase, type WrmfGoldenCase } from '../../dist/verification/wrmf.js';

const load = (name: string): WrmfGoldenCase => JSON.parse(readFileSync(`golden/wrmf-${name}.json`, 'utf8'));

/** (case, unroll length in epochs): the derivative of L_adv by x inside the last `unroll` epochs, weights frozen. */
const TABLE: [string, number][] = [
  ['full-batch', 1],
  ['full-batch', 4],
  ['full-batch', 7],
  ['mini-batch', 1],
  ['mini-batch', 3],
  ['mini-batch', 5],
];

describe('unrolled hypergradient against central finite differences in float64', () => {
  it.each(TABLE)('%s, unroll %i', async (name, unroll) => {
    const golden = load(name);
    const boundary = golden.batches.length - unroll;
    const { hypergradient, adversarialLoss } = await runWrmfCase(createReferenceKernels('f64'), golden, {
      kind: 'unrolled',
      epochs: unroll,
    });
    const binary = golden.fake.map((row) => [...row]);
    expect(denseAdversarialLoss(golden, binary, boundary)).toBeCloseTo(adversarialLoss, 9);
    for (let trial = 0; trial < 3; trial++) {
      const stream = SeedKey.root(trial).child(name).stream();
      const direction = binary.map((row) => row.map(() => stream.normal()));
      const step = 1e-5;
      const at = (sign: number) => {
        const moved = binary.map((row, v) => row.map((x, i) => x + sign * step * direction[v][i]));
        return denseAdversarialLoss(golden, moved, boundary);
      };
      const expected = (at(1) - at(-1)) / (2 * step);
      const actual = direction.flat().reduce((sum, value, i) => sum + value * hypergradient[i], 0);
      expect(Math.abs(actual - expected)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected)));
    }
  });

  it('unrolled(L) is exact, to the last bit', async () => {
    const golden = load('mini-batch');
    const exact = await runWrmfCase(createReferenceKernels('f64'), golden, { kind: 'exact' });
    const full = await runWrmfCase(createReferenceKernels('f64'), golden, { kind: 'unrolled', epochs: 5 });
    expect(full.hypergradient).toEqual(exact.hypergradient);
  });
});
