/** Where a learned attack starts: its first profiles, and the clicks each may keep. */

import { RecauditError } from '../errors.js';
import { drawProfileSizes, validateBudget } from './budget.js';
import type { LearnedOptions } from './learned-options.js';
import type { AttackRequest } from './types.js';

export interface StartingPoint {
  readonly profiles: Int32Array[];
  /** clicks of each profile under a budget; null: no cap */
  readonly sizes: Int32Array | null;
}

/**
 * @throws RecauditError `config` when no real user qualifies or too few start rows were given
 */
export function startingPoint(request: AttackRequest<LearnedOptions>): StartingPoint {
  const { options, interactions, fakeUsers, targets } = request;
  const seed = request.seed.child('attack-init');
  const forced = options.forceTargets ? targets : new Int32Array(0);
  if (options.projection.kind === 'threshold') {
    const copies = copiedRows(request, fakeUsers);
    return { profiles: copies.map((profile) => union(profile, forced)), sizes: null };
  }
  const { clicks } = options.projection;
  if (clicks !== undefined) validateBudget(clicks, interactions.items, forced.length);
  const sizes =
    clicks === undefined
      ? drawProfileSizes(interactions, fakeUsers, Math.max(1, forced.length), seed.child('sizes'))
      : new Int32Array(fakeUsers).fill(clicks);
  const copies = copiedRows(request, fakeUsers, sizes);
  const profiles = copies.map((profile, v) =>
    trim(profile, forced, sizes[v], interactions.items, seed.child('trim').child(v)),
  );
  return { profiles, sizes };
}

/** One profile to copy for each fake user; under a budget, of at least its size where a real user has that many. */
function copiedRows(
  request: AttackRequest<LearnedOptions>,
  fakeUsers: number,
  sizes?: Int32Array,
): Int32Array[] {
  const { options, interactions, startProfiles } = request;
  if (options.start === 'empty') return Array.from({ length: fakeUsers }, () => new Int32Array(0));
  if (options.start === 'rows') {
    if (startProfiles === undefined || startProfiles.length < fakeUsers) {
      const got = startProfiles?.length ?? 0;
      throw new RecauditError(
        'config',
        `start rows: expected ${fakeUsers} profiles, got ${got}. Choose another start.`,
      );
    }
    return startProfiles.slice(0, fakeUsers);
  }
  const degrees = interactions.userDegrees();
  const limit = sizes ? Number.POSITIVE_INFINITY : options.startMaxClicks;
  const qualified: number[] = [];
  degrees.forEach((clicks, user) => {
    if (clicks > 0 && clicks <= limit) qualified.push(user);
  });
  if (qualified.length === 0) {
    throw new RecauditError(
      'config',
      `start: expected real users with 1 to ${limit} clicks, got none. Raise the limit.`,
    );
  }
  if (options.start === 'first-real-users') {
    return Array.from({ length: fakeUsers }, (_, v) =>
      interactions.row(qualified[v % qualified.length]).slice(),
    );
  }
  const stream = request.seed.child('attack-init').child('users').stream();
  return Array.from({ length: fakeUsers }, (_, v) => {
    const large = sizes ? qualified.filter((user) => degrees[user] >= sizes[v]) : qualified;
    const pool = large.length > 0 ? large : qualified;
    return interactions.row(pool[stream.integer(pool.length)]).slice();
  });
}

/** Exactly `size` clicks: the forced ones, then a random part of the profile, then random items if it is too small. */
function trim(
  profile: Int32Array,
  forced: Int32Array,
  size: number,
  items: number,
  seed: AttackRequest<LearnedOptions>['seed'],
): Int32Array {
  const chosen = new Set<number>(forced);
  const stream = seed.stream();
  for (const item of stream.shuffle(profile.slice())) {
    if (chosen.size >= size) break;
    chosen.add(item);
  }
  while (chosen.size < size) chosen.add(stream.integer(items));
  return Int32Array.from(chosen).sort();
}

function union(profile: Int32Array, forced: Int32Array): Int32Array {
  return Int32Array.from(new Set([...profile, ...forced])).sort();
}
