import { describe, expect, it } from 'vitest';
import { InteractionMatrix } from '../../dist/data/interactions.js';
import { withSizes } from './with-sizes.js';

describe('rand-filter-authors', () => {
  const asked = {
    interactions: InteractionMatrix.fromRows(2000, [[0]]),
    targets: Int32Array.of(0),
    sizes: new Int32Array(20).fill(1),
  };

  it('clicks 48 % of all items at rho 0.05 and 46 % at 0.1, whatever the clicks of the attack', async () => {
    for (const [rho, share] of [
      [0.05, 0.48],
      [0.1, 0.46],
    ]) {
      const { profiles, provenance } = await withSizes('rand-filter-authors', { ...asked, options: { rho } });
      const clicks = profiles.reduce((sum, profile) => sum + profile.length, 0) / (20 * 2000);
      expect(Math.abs(clicks - share)).toBeLessThan(0.01);
      expect(provenance.budgeted).toBe(false);
    }
  });

  it('refuses a threshold that is no number', async () => {
    const refused = withSizes('rand-filter-authors', { ...asked, options: { rho: Number.NaN } });
    await expect(refused).rejects.toMatchObject({ code: 'config' });
  });
});
