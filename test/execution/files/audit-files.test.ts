import { describe, expect, it } from 'vitest';
import { profileName } from '../../../dist/execution/files/audit-files.js';

describe('profileName', () => {
  it('differs wherever labels differ, also where their slugs do not', () => {
    const long = 'x'.repeat(40);
    const labels = ['set one!', 'set one?', 'set-one', `${long}1`, `${long}2`, '!', '?'];
    const together = labels.map((_, set) => profileName(1, labels, set));
    expect(new Set(together).size).toBe(labels.length);
    const alone = labels.map((label) => profileName(1, [label], 0));
    expect(new Set(alone).size).toBe(labels.length);
    for (const name of [...together, ...alone]) expect(name).toMatch(/^seed-1-[\p{L}\p{N}-]+\.csv$/u);
  });

  it('is plain for a plain label', () => {
    expect(profileName(3, ['head'], 0)).toBe('seed-3-head.csv');
    expect(profileName(3, ['head', 'tail'], 1)).toBe('seed-3-2-tail.csv');
  });
});
