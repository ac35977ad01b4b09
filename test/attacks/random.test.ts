import { describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import { equalCostRules, withSizes } from './with-sizes.js';

equalCostRules('random');

describe('random', () => {
  it('draws fillers uniformly', async () => {
    const interactions = InteractionMatrix.fromRows(10, [[0]]);
    const sizes = new Int32Array(3000).fill(4);
    const counts = new Int32Array(10);
    const { profiles } = await withSizes('random', { interactions, targets: Int32Array.of(0), sizes });
    for (const profile of profiles) for (const item of profile) counts[item]++;
    expect(counts[0]).toBe(3000);
    for (const count of counts.subarray(1)) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });
});
