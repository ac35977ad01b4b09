/**
 * The authors' random baseline: every item with probability P(N(0, 1) > rho), targets not forced. At rho = 0.05 that is 48 % of the
 * catalogue: no control at equal cost. For fidelity only.
 */

import type { OptionTable } from '../options.js';
import { drawingCost } from './fillers.js';
import type { Attack } from './types.js';

export interface RandFilterOptions {
  readonly rho: number;
}

const OPTIONS: OptionTable<RandFilterOptions> = {
  rho: {
    type: 'number',
    default: 0.05,
    help: 'an item is clicked where a standard normal draw is above this; the authors use 0.05 to 0.1',
  },
};

export const randFilterAuthors: Attack<RandFilterOptions, 'nothing'> = {
  name: 'rand-filter-authors',
  title: "the paper authors' random baseline: about half of the catalogue a fake user",
  version: 1,
  options: OPTIONS,
  defaults: { rho: 0.05 },
  presets: {},
  source: 'code of Tang, Wen, Wang, RecSys 2020',
  goals: ['push'],
  knowledge: 'nothing',
  words: { control: "the authors' random baseline (not at equal cost)" },
  keepsBudget: () => false,
  cost: drawingCost,
  async craft({ known, budget, options, seed }) {
    const profiles = Array.from({ length: budget.fakeUsers }, (_, v) => {
      const stream = seed.child(v).stream();
      const profile: number[] = [];
      for (let item = 0; item < known.items; item++) if (stream.normal() > options.rho) profile.push(item);
      return Int32Array.from(profile);
    });
    return { profiles };
  },
};
