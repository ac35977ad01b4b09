import { InteractionMatrix } from '../../dist/data/index.js';
import type { DetectorResult } from '../../dist/detection/index.js';

// Findings by hand: 6 users, 4 items; users 4 and 5 push item 3.

export const interactions = InteractionMatrix.fromRows(4, [
  [0, 1],
  [0, 3],
  [1, 2],
  [0, 1, 2],
  [1, 3],
  [2, 3],
]);

export const NAMES = { users: ['a', 'b', 'c', 'd', 'e', 'f'], items: ['p', 'q', 'r', 's'] };

const FAMILY = { name: 'random', words: 'the targets and items drawn at random' };

export const pushed: DetectorResult = {
  detector: 'calibrated',
  floor: false,
  scores: [0, 1, 0.5, 0.2, 4, 6],
  rates: null,
  findings: {
    verdict: 'items-look-pushed',
    testedItems: 4,
    expectedFalseItems: 0.2,
    threshold: 3,
    items: [
      {
        item: 3,
        score: 5,
        expectedFalse: 0.01,
        alarmed: true,
        clickers: 3,
        suspectedFakes: 1.9,
        usualFakes: 0.1,
        suspects: [5, 4],
      },
      {
        item: 1,
        score: 1,
        expectedFalse: 2,
        alarmed: false,
        clickers: 3,
        suspectedFakes: 0.3,
        usualFakes: 0.2,
        suspects: [],
      },
    ],
    cases: [{ items: [3], users: [4, 5], linked: [1] }],
    removal: [4, 5],
    users: [
      {
        user: 5,
        score: 6,
        honestShare: 0,
        clicks: 2,
        items: [{ item: 3, probability: 0.9 }],
        features: [{ name: 'lock', words: 'surprise', observed: 2.5, usual: 0.5, deviations: 4 }],
        family: FAMILY,
        linked: [4],
      },
      {
        user: 4,
        score: 4,
        honestShare: 0.25,
        clicks: 2,
        items: [{ item: 3, probability: 0.8 }],
        features: [],
        family: null,
        linked: [],
      },
    ],
    power: [{ family: FAMILY, steps: [{ fakes: 4, seen: 3, tried: 3 }], smallestSeen: 4 }],
    smallestSeen: 4,
  },
};

export const nothing: DetectorResult = {
  ...pushed,
  findings: {
    ...(pushed.findings as NonNullable<DetectorResult['findings']>),
    verdict: 'nothing-found',
    items: [],
    cases: [],
    removal: [],
    users: [],
  },
};

export const floor: DetectorResult = {
  detector: 'click-count',
  floor: true,
  scores: [2, 2, 2, 3, 2, 2],
  rates: null,
  findings: null,
};

/** Near user 5, who is known to be fake: user 4 is, and nobody else. */
export const rated: DetectorResult = {
  detector: 'known-fakes',
  floor: false,
  scores: [0.1, 0.2, 0.1, 0.3, 0.9, 0.8],
  rates: {
    falsePositiveRate: [0.9, 0.5, 0.9, 0.3, 0.0009, 0.002],
    upperBound: [0.9, 0.5, 0.9, 0.3, 0.02, 0.02],
    recallOfKnown: [0.5, null],
    known: [5],
  },
  findings: null,
};
