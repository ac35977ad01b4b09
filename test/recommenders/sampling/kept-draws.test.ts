import { describe, expect, it } from 'vitest';
import { createReferenceKernels } from '../../../dist/kernels/index.js';
import { KeptDraws } from '../../../dist/recommenders/sampling/kept-draws.js';
import { createWrmfState } from '../../../dist/recommenders/wrmf/training.js';
import { SeedKey } from '../../../dist/rng.js';

const PROBLEM = {
  users: 6,
  items: 4,
  realUsers: 6,
  interactions: { rowPointers: new Int32Array(7), columns: new Int32Array(0) },
  factors: 3,
  positiveWeight: 20,
};

const parametersOf = (seed: SeedKey, kept?: KeptDraws, users = PROBLEM.users) =>
  createWrmfState(createReferenceKernels('f32'), { ...PROBLEM, users }, 0.1, seed, kept).tables.map((table) =>
    Array.from(table.parameter),
  );

describe('KeptDraws', () => {
  it('gives the draws of each seed and size, whatever was kept before', () => {
    const kept = new KeptDraws();
    for (const seed of [1, 2, 1, 2].map((n) => SeedKey.root(n)))
      for (const users of [6, 7, 6])
        expect(parametersOf(seed, kept, users)).toEqual(parametersOf(seed, undefined, users));
  });

  it('draws once, and keeps what was drawn when the table is trained', () => {
    const kept = new KeptDraws();
    let draws = 0;
    const seed = SeedKey.root(3);
    const fill = (table: Float32Array) =>
      kept.fill(table, seed, (parameter) => {
        draws++;
        parameter.fill(0.5);
      });
    const first = new Float32Array(4);
    fill(first);
    first.fill(9);
    const second = new Float32Array(4);
    fill(second);
    expect(draws).toBe(1);
    expect(Array.from(second)).toEqual([0.5, 0.5, 0.5, 0.5]);
  });
});
