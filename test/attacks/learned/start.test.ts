import { describe, expect, it } from 'vitest';
import { drawBudget } from '../../../dist/attacks/craft-profiles.js';
import type { LearnedOptions } from '../../../dist/attacks/learned/options.js';
import { recipe } from '../../../dist/attacks/learned/recipes.js';
import { startingProfiles } from '../../../dist/attacks/learned/start.js';
import { attackNamed } from '../../../dist/attacks/registry.js';
import { InteractionMatrix } from '../../../dist/data/interactions.js';
import { createReferenceKernels } from '../../../dist/kernels/reference.js';
import { REGISTRIES } from '../../../dist/registries.js';
import { SeedKey } from '../../../dist/rng.js';

const rows = [[0, 1, 2, 3, 4], [], [5, 6], [7, 8, 9], [10, 11, 12, 13]];
const interactions = InteractionMatrix.fromRows(16, rows);
const clicksOf = (profiles: readonly Int32Array[]) => profiles.map((profile) => Array.from(profile));

function start(
  options: Partial<LearnedOptions>,
  fakeUsers = 6,
  base = recipe('default', 'interactions'),
  clicks: 'drawn' | number = 'drawn',
) {
  const attack = attackNamed('learned');
  const targets = Int32Array.of(14, 15);
  const all = { ...base, ...options };
  const goal = { kind: 'push', targets } as const;
  const budget = drawBudget({
    attack,
    options: all,
    goal,
    budget: { fakeUsers, clicks },
    interactions,
    seed: 5,
  });
  const profiles = startingProfiles({
    interactions,
    targets,
    ...budget,
    given: rows.map((row) => Int32Array.from(row)),
    options: all,
    seed: SeedKey.root(5),
    recommenders: REGISTRIES.recommenders,
    context: { kernels: createReferenceKernels('f32') },
  });
  return { profiles, sizes: budget.clicks };
}

describe('the start without a budget', () => {
  it('is that of the authors: the first real users within the limit, in turn, as they are', () => {
    const { profiles, sizes } = start({ startMaxClicks: 4 }, 5, recipe('tang2020', 'interactions'));
    expect(clicksOf(profiles)).toEqual([rows[2], rows[3], rows[4], rows[2], rows[3]]);
    expect(sizes).toBeNull();
  });

  it('refuses a limit that no real user keeps', () => {
    const authors = recipe('tang2020', 'interactions');
    for (const from of ['first-real-users', 'real-users'] as const)
      expect(() => start({ start: from, startMaxClicks: 1 }, 5, authors)).toThrow(
        expect.objectContaining({ code: 'config' }),
      );
  });
});

describe('the start under a budget', () => {
  it('copies parts of real users that are large enough, and forces nothing unless asked', () => {
    const { profiles, sizes } = start({ projection: { kind: 'budget' } }, 40, undefined, 4);
    expect(sizes).toEqual(new Int32Array(40).fill(4));
    const sources = clicksOf(profiles).map((profile) =>
      rows.findIndex((row) => profile.length === 4 && profile.every((item) => row.includes(item))),
    );
    expect(new Set(sources)).toEqual(new Set([0, 4]));
  });

  it.each(['real-users', 'first-real-users', 'rows', 'empty'] as const)(
    'has exactly the sizes and the forced targets from %s',
    (from) => {
      const { profiles, sizes } = start({ start: from, forceTargets: true }, 5);
      profiles.forEach((profile, v) => {
        expect(profile.length).toBe(sizes?.[v]);
        expect(Array.from(profile)).toEqual([...new Set(profile)].sort((a, b) => a - b));
        expect(profile.includes(14) && profile.includes(15)).toBe(true);
      });
    },
  );

  it('of a fake user depends on no other fake user', () => {
    const few = start({ start: 'real-users' }, 3);
    expect(clicksOf(start({ start: 'real-users' }, 9).profiles).slice(0, 3)).toEqual(clicksOf(few.profiles));
  });
});
