import { describe, expect, it } from 'vitest';
import {
  allowedItems,
  DETECTION_MEASURES,
  type DetectionArm,
  type DetectionMeasure,
  type DetectorSummary,
  noticedOf,
} from '../../../dist/audit/index.js';

const measure = (value: number | null) => ({
  values: [value],
  mean: value,
  standardDeviation: null,
  interval: null,
});

function armOf(values: Partial<Record<DetectionMeasure, number | null>>, finished = true): DetectionArm {
  return {
    arm: 'attack:learned',
    fakeShare: 0.01,
    finished: [finished],
    measures: Object.fromEntries(
      DETECTION_MEASURES.map((name) => [name, measure(values[name] ?? null)]),
    ) as unknown as DetectionArm['measures'],
  };
}

const detector: DetectorSummary = {
  detector: 'one',
  floor: false,
  alarms: true,
  expectedFalseItems: 0.2,
  listedItems: 60,
  tooSmall: false,
  clean: { alarmedItems: measure(0), usersFlagged: measure(0) },
  arms: [],
};
const unseen = { newTargets: 0, otherItems: 0, removalRecall: 0, removalPrecision: null };
const noticed = (values: Partial<Record<DetectionMeasure, number | null>>, changes = {}) =>
  noticedOf({ ...detector, ...changes }, armOf({ ...unseen, ...values }));

describe('allowedItems', () => {
  it('is the 95 % quantile of a Poisson number', () => {
    // P(X > 1 | 0.2) = 0.018, P(X > 0 | 0.2) = 0.18; P(X > 3 | 1) = 0.019, P(X > 2 | 1) = 0.080; P(X > 0 | 0.05) = 0.049
    expect([0, 0.05, 0.06, 0.2, 1, 10].map(allowedItems)).toEqual([0, 0, 1, 1, 3, 15]);
  });
});

describe('the rule', () => {
  it('takes a new alarmed target, and at most the allowed other items', () => {
    expect(noticed({ newTargets: 1, otherItems: 1 })).toEqual({ units: 1, of: 1 });
    expect(noticed({ newTargets: 1, otherItems: 2 })).toEqual({ units: 0, of: 1 });
    expect(noticed({ newTargets: 1, otherItems: 2 }, { expectedFalseItems: 1 })).toEqual({ units: 1, of: 1 });
    expect(noticed({ newTargets: 0, alarmedTargets: 1 })).toEqual({ units: 0, of: 1 });
  });

  it('or half of the fakes, on a list of which half are', () => {
    expect(noticed({ removalRecall: 0.5, removalPrecision: 0.5 })).toEqual({ units: 1, of: 1 });
    expect(noticed({ removalRecall: 0.49, removalPrecision: 1 })).toEqual({ units: 0, of: 1 });
    expect(noticed({ removalRecall: 1, removalPrecision: 0.49 })).toEqual({ units: 0, of: 1 });
  });

  it('says nothing without a result, or without what the detector alarms in clean data', () => {
    expect(noticedOf(detector, armOf({}, false))).toEqual({ units: 0, of: 0 });
    expect(noticed({ newTargets: null, otherItems: 0 })).toEqual({ units: 0, of: 0 });
  });

  it('never judges floors, scores alone, or data in which nothing was tested', () => {
    const seen = { newTargets: 1, otherItems: 0 };
    expect(noticed(seen, { floor: true })).toBeNull();
    expect(noticed(seen, { alarms: false })).toBeNull();
    expect(noticed(seen, { tooSmall: true })).toBeNull();
  });
});
