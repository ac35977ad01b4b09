/** The random attack: the targets and uniformly random filler items. As a control: what mere injection achieves. */

import { NO_OPTIONS, type NoOptions } from '../options.js';
import { fillUniformly } from './copied-profile.js';
import { ascending, drawingCost, startWithTargets, targetsOf } from './fillers.js';
import type { Attack } from './types.js';

/** Profile v has its budget's clicks, and depends only on (targets, catalogue, its budget, seed, v). */
export const randomAttack: Attack<NoOptions, 'nothing'> = {
  name: 'random',
  title: 'the targets and uniformly random items',
  version: 1,
  options: NO_OPTIONS,
  defaults: {},
  presets: {},
  source: 'Lam, Riedl: Shilling Recommender Systems for Fun and Profit, WWW 2004',
  goals: ['push'],
  knowledge: 'nothing',
  forcesTargets: () => true,
  cost: drawingCost,
  async craft({ known, goal, budget, seed }) {
    const targets = targetsOf(goal);
    const profiles = Array.from(budget.clicks ?? [], (size, v) => {
      const stream = seed.child(v).stream();
      const profile = startWithTargets(targets, size, stream);
      return ascending(fillUniformly(profile, size, known.items, stream));
    });
    return { profiles };
  },
};
