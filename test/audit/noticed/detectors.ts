/** Detectors for the small audit, whose every number can be followed by hand. */

import type { Findings } from '../../../dist/detectors/findings.js';
import type { AnyDetector } from '../../../dist/detectors/registry.js';
import type { InspectionRequest } from '../../../dist/detectors/types.js';
import { REGISTRIES, type Registries } from '../../../dist/registries.js';
import { registries as small } from '../fixtures.js';

const described = {
  source: 'this file',
  version: 1,
  presets: {},
  cost: ({ users, interactions }: { users: number; interactions: number }) => ({
    operations: interactions,
    bytes: 8 * users,
  }),
};

function crowdedFindings({ interactions, options }: InspectionRequest<object>): Findings {
  const { least, expectedFalseItems } = options as { least: number; expectedFalseItems: number };
  const clicks = interactions.itemDegrees();
  const scores = Array.from({ length: interactions.users }, (_, user) => {
    const row = Array.from(interactions.row(user));
    return row.filter((item) => clicks[item] >= least).length / Math.max(1, row.length);
  });
  const items = Array.from(clicks, (score, item) => ({
    item,
    score,
    expectedFalse: 0,
    alarmed: score >= least,
    clickers: score,
    suspectedFakes: 0,
    usualFakes: 0,
    suspects: [],
  })).sort((a, b) => b.score - a.score || a.item - b.item);
  return {
    verdict: items[0].alarmed ? 'items-look-pushed' : 'nothing-found',
    testedItems: items.length,
    expectedFalseItems,
    threshold: least,
    scores,
    items,
    cases: [],
    removal: [...scores.keys()].filter((user) => scores[user] === 1),
    users: [],
    power: [],
    smallestSeen: null,
  };
}

/** Alarms items of at least `least` clicks, and removes users who clicked nothing else. */
export const crowded: AnyDetector = {
  ...described,
  name: 'crowded',
  title: 'items with many clicks',
  options: {
    least: { type: 'integer', default: 5, min: 1, help: 'clicks of an alarmed item' },
    expectedFalseItems: { type: 'number', default: 0.2, min: 0, help: 'promised' },
  },
  defaults: { least: 5, expectedFalseItems: 0.2 },
  score: async (request) => Float64Array.from(crowdedFindings(request).scores),
  inspect: async (request) => crowdedFindings(request),
};

/** Takes who comes late in the matrix for fake: right wherever fake users are appended. */
export const lateRows: AnyDetector = {
  ...described,
  name: 'late-rows',
  title: 'users by their place',
  options: {},
  defaults: {},
  score: async ({ interactions }) => Float64Array.from({ length: interactions.users }, (_, row) => row),
};

export const registries: Registries = {
  ...small,
  detectors: { ...REGISTRIES.detectors, crowded, 'late-rows': lateRows },
};

export const CROWDED = { name: 'crowded', options: crowded.defaults };
export const FLOOR = { name: 'click-count', options: REGISTRIES.detectors['click-count'].defaults };
