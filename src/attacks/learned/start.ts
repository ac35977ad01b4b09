/** Where a learned attack starts: its first profiles, and the clicks each may keep. */

import { RecauditError } from '../../errors.js';
import { drawProfileSizes, validateBudget } from '../budget.js';
import { profileCopier, resizeProfile } from '../copied-profile.js';
import type { AttackRequest } from '../types.js';
import type { LearnedOptions } from './options.js';

export interface StartingPoint {
  readonly profiles: Int32Array[];
  /** clicks of each profile under a budget; null: no cap */
  readonly sizes: Int32Array | null;
}

/**
 * Part of a learned attack's task key where its start is cut to a click budget: raise it when the same request starts
 * from other profiles. A start without a budget is not under it, so the keys of those attacks do not change with it.
 */
export const BUDGETED_START_VERSION = 2;

/**
 * @throws RecauditError `config` when no real user qualifies or too few start rows were given
 */
export function startingPoint(request: AttackRequest<LearnedOptions>): StartingPoint {
  const { options, targets } = request;
  const forced = options.forceTargets ? targets : new Int32Array(0);
  if (options.projection.kind === 'budget') return budgetedStart(request, forced, options.projection.clicks);
  const rows =
    options.start === 'real-users' ? drawnRows(request) : givenRows(request, options.startMaxClicks);
  return { profiles: rows.map((row) => sorted([...row, ...forced])), sizes: null };
}

/** Every profile has exactly its size. */
function budgetedStart(
  request: AttackRequest<LearnedOptions>,
  forced: Int32Array,
  clicks: number | undefined,
): StartingPoint {
  const { options, interactions, fakeUsers } = request;
  const seed = request.seed.child('attack-init');
  if (clicks !== undefined) validateBudget(clicks, interactions.items, forced.length);
  const sizes =
    clicks === undefined
      ? drawProfileSizes(interactions, fakeUsers, Math.max(1, forced.length), seed.child('sizes'))
      : new Int32Array(fakeUsers).fill(clicks);
  const streamOf = (v: number) => seed.child('copies').child(v).stream();
  if (options.start === 'real-users') {
    const copy = profileCopier(interactions);
    return {
      profiles: Array.from(sizes, (size, v) => sorted(copy(size, forced, streamOf(v)).clicks)),
      sizes,
    };
  }
  const profiles = givenRows(request, Number.POSITIVE_INFINITY).map((row, v) =>
    sorted(resizeProfile(row, sizes[v], forced, interactions.items, streamOf(v)).clicks),
  );
  return { profiles, sizes };
}

/** One profile for each fake user without any draw: empty, as the caller gave it, or the first real users'. */
function givenRows(request: AttackRequest<LearnedOptions>, limit: number): Int32Array[] {
  const { options, interactions, startProfiles, fakeUsers } = request;
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
  const users = qualified(interactions, limit);
  return Array.from({ length: fakeUsers }, (_, v) => interactions.row(users[v % users.length]));
}

/** Rows of drawn users with at most `startMaxClicks` clicks. */
function drawnRows({ options, interactions, fakeUsers, seed }: AttackRequest<LearnedOptions>): Int32Array[] {
  const users = qualified(interactions, options.startMaxClicks);
  const stream = seed.child('attack-init').child('users').stream();
  return Array.from({ length: fakeUsers }, () => interactions.row(users[stream.integer(users.length)]));
}

/** Real users with 1 to `limit` clicks. */
function qualified(interactions: AttackRequest<LearnedOptions>['interactions'], limit: number): number[] {
  const users: number[] = [];
  interactions.userDegrees().forEach((clicks, user) => {
    if (clicks > 0 && clicks <= limit) users.push(user);
  });
  if (users.length === 0) {
    throw new RecauditError(
      'config',
      `start: expected real users with 1 to ${limit} clicks, got none. Raise the limit.`,
    );
  }
  return users;
}

function sorted(clicks: Iterable<number>): Int32Array {
  return Int32Array.from(new Set(clicks)).sort();
}
