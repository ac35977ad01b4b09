/**
 * Copies of real users' profiles, trimmed at random to the budget: with the targets forced in, or as they are. As controls: what
 * copying real users achieves by itself.
 */

import { NO_OPTIONS, type NoOptions } from '../options.js';
import type { RandomStream } from '../rng.js';
import { profileCopier } from './copied-profile.js';
import { ascending, drawingCost, startWithTargets, targetsOf } from './fillers.js';
import type { Attack, AttackRequest, Crafted } from './types.js';

/** Copies of real users, with what `forcedIn` asks for in each. */
function copies(
  { known, budget, seed }: AttackRequest<NoOptions>,
  forcedIn: (size: number, stream: RandomStream) => Iterable<number>,
): Crafted {
  const copy = profileCopier(known.interactions);
  const copied = Array.from(budget.clicks ?? [], (size, v) => {
    const stream = seed.child(v).stream();
    return copy(size, forcedIn(size, stream), stream);
  });
  const filledUp = copied.filter((one) => one.filledUp).length;
  return {
    profiles: copied.map(({ clicks }) => ascending(clicks)),
    notes:
      filledUp === 0
        ? []
        : [`${filledUp} copied profiles were filled up with random items: no real user has that many clicks`],
  };
}

const COMMON = {
  version: 1,
  options: NO_OPTIONS,
  defaults: {},
  presets: {},
  source: 'docs/decisions/0005-controls-and-statistics.md',
  goals: ['push'],
  knowledge: 'interactions',
  copiesRealUsers: true,
  cost: drawingCost,
} as const;

/**
 * A real user's profile trimmed to the budget, with the targets forced in. The user is drawn uniformly among those with at
 * least that many clicks. Where no real user has that many, the largest profile is copied whole and filled up with random
 * items; a note counts these.
 */
export const copiedAttack: Attack<NoOptions> = {
  ...COMMON,
  name: 'copied',
  title: "parts of real users' profiles with the targets forced in",
  forcesTargets: () => true,
  async craft(request) {
    const targets = targetsOf(request.goal);
    return copies(request, (size, stream) => startWithTargets(targets, size, stream));
  },
};

/**
 * As `copied`, but nothing is forced in: a target is clicked only where the copied user clicked it and the trimming kept it (or,
 * in a profile that had to be filled up, by chance).
 */
export const copiedUnforcedAttack: Attack<NoOptions> = {
  ...COMMON,
  name: 'copied-unforced',
  title: "parts of real users' profiles as they are",
  words: { control: 'the unforced copies' },
  async craft(request) {
    return copies(request, () => []);
  },
};
