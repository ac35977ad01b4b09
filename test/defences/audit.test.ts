import { describe, expect, it } from 'vitest';
import { aggregateAudit, planAudit } from '../../dist/audit/index.js';
import { clickCap } from '../../dist/defences/click-cap.js';
import type { AnyRecommender } from '../../dist/recommenders/registry.js';
import { RECOMMENDERS } from '../../dist/recommenders/registry.js';
import { withRecommenders } from '../../dist/registries.js';
import { config, registries } from '../audit/fixtures.js';
import { runAll } from '../audit/run-all.js';

// A defended victim is just another victim: an audit plans, runs and adds it up beside the bare one.

const { popularity } = RECOMMENDERS;
const both = (defended: AnyRecommender) =>
  withRecommenders([{ ...popularity, name: 'bare' }, defended], registries);
const auditOf = (options: object) => ({
  ...config,
  victims: [
    { name: 'bare', options: {} },
    { name: 'popularity+click-cap', options },
  ],
});
const keysOf = (defended: AnyRecommender, options = defended.defaults) => {
  const { victims } = planAudit(auditOf(options), both(defended));
  return victims.filter(({ victim }) => victim === 'popularity+click-cap').map(({ key }) => key);
};

describe('an audit of a defended victim', () => {
  it('holds the invariants, with the cap and without effect', async () => {
    for (const clicks of [1, 1000]) {
      const defended = clickCap.protect(popularity, { clicks });
      const audit = auditOf(defended.defaults);
      const { plan, results } = await runAll(audit, both(defended));
      const { victims, sound } = aggregateAudit(audit, plan, results);
      expect(sound).toBe(true);
      const [bare, capped] = victims.map(({ arms }) => arms);
      if (clicks === 1000) expect(capped).toEqual(bare);
      else expect(capped).not.toEqual(bare);
    }
  });

  it('has keys of its own for each limit and version', () => {
    const three = clickCap.protect(popularity, { clicks: 3 });
    const keys = [
      keysOf(three),
      keysOf(three, { 'click-cap.clicks': 4 }),
      keysOf({ ...three, version: three.version + 1 }),
    ];
    expect(new Set(keys.flat()).size).toBe(keys.flat().length);
    expect(keysOf(clickCap.protect(popularity, { clicks: 4 }))).toEqual(keys[1]);
  });
});
