/**
 * Controls: what the same number of fake users with the same clicks achieve without learning anything.
 *
 * `random`, `copied` and `copied-unforced` cost exactly what the learned attack costs: fake user v has the same profile
 * size. The first two are made to click the targets, the third is not. `rand-filter-authors` is the authors' baseline, 46 to 48 % of all items; for fidelity only.
 */

import type { InteractionMatrix } from '../data/interactions.js';
import { RecauditError } from '../errors.js';
import type { RandomStream, SeedKey } from '../rng.js';
import { validateBudget, validateTargets } from './budget.js';
import { fillUniformly, profileCopier } from './copied-profile.js';
import type { FakeProfiles } from './types.js';

/** Part of every control's task key: raise it when the same request gives other profiles. */
export const CONTROL_VERSION = 1;

export interface ControlRequest {
  readonly interactions: InteractionMatrix;
  /** distinct item indices, ascending */
  readonly targets: Int32Array;
  /** profile size of each fake user; 0 gives an empty profile */
  readonly sizes: Int32Array;
  readonly seed: SeedKey;
}

export interface ControlProfiles extends FakeProfiles {
  /** copies: profiles that no real user was large enough for, filled up with random items */
  readonly filledUp: number;
}

function check({ interactions, targets, sizes }: ControlRequest): void {
  validateTargets(targets, interactions.items);
  sizes.forEach((size, v) => {
    if (size !== 0) validateBudget(size, interactions.items, 0, `profile size of fake user ${v}`);
  });
}

/** The targets of one profile: all, or a random part where the profile is smaller than the target set. */
function startWithTargets(targets: Int32Array, size: number, stream: RandomStream): Set<number> {
  if (size >= targets.length) return new Set(targets);
  return new Set(stream.shuffle(targets.slice()).subarray(0, size));
}

function finish(
  attack: string,
  request: Pick<ControlRequest, 'targets' | 'seed'>,
  sets: readonly ReadonlySet<number>[],
  budgeted: boolean,
  filledUp = 0,
): ControlProfiles {
  return {
    profiles: sets.map((profile) => Int32Array.from(profile).sort()),
    provenance: {
      attack,
      version: CONTROL_VERSION,
      recipe: null,
      targets: Array.from(request.targets),
      seed: request.seed.toString(),
      keptStep: null,
      budgeted,
    },
    history: [],
    filledUp,
  };
}

/**
 * The targets and uniformly random filler items, without replacement.
 *
 * @returns one profile of exactly `sizes[v]` clicks for each fake user; profile v depends only on (request, v)
 * @throws RecauditError('config') on targets or sizes outside the catalogue
 * @example randomControl({ interactions, targets, sizes, seed: SeedKey.root(1).child('control') })
 */
export function randomControl(request: ControlRequest): ControlProfiles {
  check(request);
  const { interactions, targets, sizes, seed } = request;
  const sets = Array.from(sizes, (size, v) => {
    const stream = seed.child(v).stream();
    const profile = startWithTargets(targets, size, stream);
    fillUniformly(profile, size, interactions.items, stream);
    return profile;
  });
  return finish('random', request, sets, true);
}

/** Copies of real users, with what `forcedIn` asks for in each. */
function copies(
  attack: string,
  request: ControlRequest,
  forcedIn: (size: number, stream: RandomStream) => Iterable<number>,
): ControlProfiles {
  check(request);
  const copy = profileCopier(request.interactions);
  const copied = Array.from(request.sizes, (size, v) => {
    const stream = request.seed.child(v).stream();
    return copy(size, forcedIn(size, stream), stream);
  });
  const sets = copied.map(({ clicks }) => clicks);
  return finish(attack, request, sets, true, copied.filter(({ filledUp }) => filledUp).length);
}

/**
 * A real user's profile trimmed at random to the size, with the targets forced in. The user is drawn uniformly among
 * those with at least `sizes[v]` clicks. Where no real user has that many, the largest profile is copied whole and
 * filled up with random items; `filledUp` counts these, and the audit's report says so.
 *
 * @returns one profile of exactly `sizes[v]` clicks for each fake user; profile v depends only on (request, v)
 * @throws RecauditError('config') on targets or sizes outside the catalogue
 */
export function copiedControl(request: ControlRequest): ControlProfiles {
  return copies('copied', request, (size, stream) => startWithTargets(request.targets, size, stream));
}

/**
 * As `copiedControl`, but nothing is forced in: a target is clicked only where the copied user clicked it and the
 * trimming kept it (or, in a profile that had to be filled up, by chance). What injecting real-looking profiles does by
 * itself.
 *
 * @returns one profile of exactly `sizes[v]` clicks for each fake user; profile v depends only on (request, v)
 * @throws RecauditError('config') on targets or sizes outside the catalogue
 */
export function copiedUnforcedControl(request: ControlRequest): ControlProfiles {
  return copies('copied-unforced', request, () => []);
}

/**
 * The authors' random baseline: every item with probability P(N(0, 1) > rho), targets not forced. At rho = 0.05 that
 * is 48 % of the catalogue: no control at equal cost.
 *
 * @throws RecauditError('config') when rho is not finite
 */
export function randFilterAuthors(
  request: Omit<ControlRequest, 'sizes'> & { readonly fakeUsers: number; readonly rho: number },
): ControlProfiles {
  const { interactions, targets, seed, fakeUsers, rho } = request;
  validateTargets(targets, interactions.items);
  if (!Number.isFinite(rho)) {
    throw new RecauditError(
      'config',
      `rand-filter-authors: expected a finite threshold, got ${rho}. The authors use 0.05 to 0.1.`,
    );
  }
  const sets = Array.from({ length: fakeUsers }, (_, v) => {
    const stream = seed.child(v).stream();
    const profile = new Set<number>();
    for (let item = 0; item < interactions.items; item++) if (stream.normal() > rho) profile.add(item);
    return profile;
  });
  return finish('rand-filter-authors', request, sets, false);
}
