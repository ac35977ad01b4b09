/** Where a learned attack starts: its first profiles. */

import { RecauditError } from '../../errors.js';
import { profileCopier, resizeProfile } from '../copied-profile.js';
import type { LearnedRequest } from './request.js';

/**
 * The first profiles; under a budget each has exactly its clicks.
 *
 * @throws RecauditError `config` when no real user qualifies or too few start rows were given
 */
export function startingProfiles(request: LearnedRequest): Int32Array[] {
  const { options, targets, clicks } = request;
  const forced = options.forceTargets ? targets : new Int32Array(0);
  if (clicks !== null) return budgetedStart(request, forced, clicks);
  const rows =
    options.start === 'real-users' ? drawnRows(request) : givenRows(request, options.startMaxClicks);
  return rows.map((row) => sorted([...row, ...forced]));
}

/** Every profile has exactly its size. */
function budgetedStart(request: LearnedRequest, forced: Int32Array, sizes: Int32Array): Int32Array[] {
  const { options, interactions } = request;
  const seed = request.seed.child('attack-init');
  const streamOf = (v: number) => seed.child('copies').child(v).stream();
  if (options.start === 'real-users') {
    const copy = profileCopier(interactions);
    return Array.from(sizes, (size, v) => sorted(copy(size, forced, streamOf(v)).clicks));
  }
  return givenRows(request, Number.POSITIVE_INFINITY).map((row, v) =>
    sorted(resizeProfile(row, sizes[v], forced, interactions.items, streamOf(v)).clicks),
  );
}

/** One profile for each fake user without any draw: empty, as the caller gave it, or the first real users'. */
function givenRows(request: LearnedRequest, limit: number): Int32Array[] {
  const { options, interactions, given, fakeUsers } = request;
  if (options.start === 'empty') return Array.from({ length: fakeUsers }, () => new Int32Array(0));
  if (options.start === 'rows') {
    if (given === undefined || given.length < fakeUsers) {
      const got = given?.length ?? 0;
      throw new RecauditError(
        'config',
        `start rows: expected ${fakeUsers} profiles, got ${got}. Choose another start.`,
      );
    }
    return given.slice(0, fakeUsers);
  }
  const users = qualified(interactions, limit);
  return Array.from({ length: fakeUsers }, (_, v) => interactions.row(users[v % users.length]));
}

/** Rows of drawn users with at most `startMaxClicks` clicks. */
function drawnRows({ options, interactions, fakeUsers, seed }: LearnedRequest): Int32Array[] {
  const users = qualified(interactions, options.startMaxClicks);
  const stream = seed.child('attack-init').child('users').stream();
  return Array.from({ length: fakeUsers }, () => interactions.row(users[stream.integer(users.length)]));
}

/** Real users with 1 to `limit` clicks. */
function qualified(interactions: LearnedRequest['interactions'], limit: number): number[] {
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
