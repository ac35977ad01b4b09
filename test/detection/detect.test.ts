import { describe, expect, it } from 'vitest';
import { createDataset, IdMap } from '../../dist/data/index.js';
import { detect } from '../../dist/index.js';
import { interactions, NAMES } from './findings.js';

const dataset = createDataset({
  interactions,
  users: IdMap.inOrder(NAMES.users),
  items: IdMap.inOrder(NAMES.items),
});

describe('detect, as a library call', () => {
  it('gives a verdict, the scores of every detector, and measures where labels are known', async () => {
    const labels = new Map(NAMES.users.map((id) => [id, id === 'd']));
    const found = await detect(dataset, { detectors: ['calibrated', 'click-count'], labels });
    expect(found.verdict).toBe('too-small');
    expect(found.scores['click-count']).toEqual([2, 2, 2, 3, 2, 2]);
    expect(found.others[0].users[0]).toMatchObject({ user: 'd', score: 3, falsePositiveRate: null });
    expect(found.labels?.measures[1].auc).toBe(1);
  });

  it('takes rows where the data have no ids, and refuses users that they do not have', async () => {
    const found = await detect(interactions, { detectors: ['fap'], knownFakes: [4] });
    expect(found.verdict).toBe('scores-only');
    expect(found.others[0].users[0].user).toBe('4');
    await expect(detect(dataset, { knownFakes: ['nobody'] })).rejects.toThrow(
      /knownFakes: expected users of the data, got "nobody"/,
    );
    await expect(detect(dataset, { detectors: ['calibratd'] })).rejects.toThrow(/detector: expected one of/);
  });
});
