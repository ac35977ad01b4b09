/**
 * The rules that keep an audit sound, checked in every run and listed in its result; never assumed.
 *
 * Each function looks at the data itself, not at what a caller says it did. A failed invariant does not stop the run:
 * it is reported, and the verdict refuses to build on it.
 */

import type { InteractionMatrix } from '../../data/interactions.js';
import type { RankedLists } from '../../metrics/index.js';
import { holds } from '../../metrics/lists.js';
import type { Invariant } from '../types.js';

export type Profiles = readonly ArrayLike<number>[];

function rowsEqual(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let e = 0; e < a.length; e++) if (a[e] !== b[e]) return false;
  return true;
}

/** No row of the test data shares an interaction with the same row of the training data. */
export function noTestInTrain(train: InteractionMatrix, test: InteractionMatrix): Invariant {
  let shared = 0;
  const users = Math.min(train.users, test.users);
  for (let u = 0; u < users; u++) {
    const trained = train.row(u);
    for (const item of test.row(u)) if (holds(trained, item)) shared++;
  }
  const sameShape = train.users === test.users && train.items === test.items;
  return {
    name: 'no test interaction is in train',
    passed: shared === 0 && sameShape,
    detail: sameShape
      ? `${shared} of ${test.nonZeros} test interactions are in train`
      : `test is ${test.users} x ${test.items}, train ${train.users} x ${train.items}`,
  };
}

/** The poisoned matrix begins with the clean one, entry for entry: real ids keep their index, fake users come after. */
export function fakeUsersAppended(
  train: InteractionMatrix,
  poisoned: InteractionMatrix,
  fakeUsers: number,
): Invariant {
  const entries = train.nonZeros;
  const sameRows =
    rowsEqual(train.rowPointers, poisoned.rowPointers.subarray(0, train.users + 1)) &&
    rowsEqual(train.columns, poisoned.columns.subarray(0, entries));
  const passed = sameRows && poisoned.users === train.users + fakeUsers;
  return {
    name: 'fake users are appended and renumber no one',
    passed,
    detail: `${train.users} real users ${sameRows ? 'unchanged' : 'CHANGED'}, ${poisoned.users - train.users} rows after them, ${fakeUsers} fake users expected`,
  };
}

/** Every profile is a row of the matrix that the victim trains on, and no fake row is anything else. */
export function profilesReachVictim(
  poisoned: InteractionMatrix,
  realUsers: number,
  profiles: Profiles,
): Invariant {
  let present = 0;
  profiles.forEach((profile, v) => {
    if (realUsers + v < poisoned.users && rowsEqual(poisoned.row(realUsers + v), profile)) present++;
  });
  const empty = profiles.filter((profile) => profile.length === 0).length;
  return {
    name: "every fake profile reaches the victim's training set",
    passed: present === profiles.length && poisoned.users === realUsers + profiles.length,
    detail: `${present} of ${profiles.length} profiles present${empty > 0 ? `, ${empty} of them empty` : ''}`,
  };
}

/** Each target's real clicks are the same before and after, user by user, and the catalogue has the same length. */
export function targetsKeepMeaning(
  train: InteractionMatrix,
  poisoned: InteractionMatrix,
  targets: readonly number[],
): Invariant {
  const changed = targets.filter((target) => {
    if (!(target >= 0 && target < train.items)) return true;
    for (let u = 0; u < train.users; u++)
      if (holds(train.row(u), target) !== holds(poisoned.row(u), target)) return true;
    return false;
  });
  return {
    name: 'target ids mean the same items before and after',
    passed: changed.length === 0 && train.items === poisoned.items,
    detail: `${targets.length - changed.length} of ${targets.length} targets keep their real clickers; ${train.items} items before, ${poisoned.items} after`,
  };
}

/** Distinct ascending items of the catalogue in every profile. */
function wellFormed(profiles: Profiles, items: number): boolean {
  return profiles.every((profile) => {
    for (let e = 0; e < profile.length; e++) {
      if (!Number.isInteger(profile[e]) || profile[e] >= items) return false;
      if (profile[e] < 0 || (e > 0 && profile[e] <= profile[e - 1])) return false;
    }
    return true;
  });
}

/**
 * The profiles respect the budget, recomputed here from the seed and the real data rather than believed. Without a
 * budget (threshold projection) the sizes are free and the detail says so.
 *
 * @param sizes clicks that each profile may have; null: no cap
 */
export function profilesWithinBudget(
  profiles: Profiles,
  items: number,
  fakeUsers: number,
  sizes: Int32Array | null,
): Invariant {
  const formed = wellFormed(profiles, items) && profiles.length === fakeUsers;
  const count = (differs: (clicks: number, size: number) => boolean) =>
    sizes === null ? 0 : profiles.filter(({ length }, v) => differs(length, sizes[v])).length;
  const over = count((clicks, size) => clicks > size);
  const under = count((clicks, size) => clicks < size);
  const clicks = profiles.reduce((sum, profile) => sum + profile.length, 0);
  const words =
    over + under === 0
      ? '0 profiles differ from their budget'
      : `${over} profiles exceed their budget, ${under} stay below it`;
  const budget = sizes === null ? 'no click budget' : words;
  return {
    name: 'profiles respect the budget',
    passed: formed && over === 0,
    detail: `${profiles.length} of ${fakeUsers} profiles${formed ? '' : ' (MALFORMED)'}, ${clicks} clicks, ${budget}`,
  };
}

/** Where targets are forced, every profile clicks every target. */
export function targetsForced(profiles: Profiles, targets: readonly number[]): Invariant {
  const without = profiles.filter((profile) => {
    const clicked = new Set(Array.from(profile));
    return !targets.every((target) => clicked.has(target));
  }).length;
  return {
    name: 'forced targets are in every profile',
    passed: without === 0,
    detail: `${profiles.length - without} of ${profiles.length} profiles click all ${targets.length} targets`,
  };
}

/** The control costs what the attack costs: the same profile size for each fake user. */
export function equalCost(profiles: Profiles, attack: Profiles): Invariant {
  const off = profiles.filter((profile, v) => profile.length !== attack[v]?.length).length;
  const total = (all: Profiles) => all.reduce((sum, profile) => sum + profile.length, 0);
  return {
    name: 'the control costs what the attack costs',
    passed: off === 0 && profiles.length === attack.length,
    detail: `${total(profiles)} clicks against ${total(attack)}; ${off} profiles of another size`,
  };
}

/** Lists were made for every real user, once, and for no fake one. */
export function fakesOutOfAverages(
  lists: RankedLists,
  realUsers: number,
  averagedOver: readonly number[],
): Invariant {
  const distinct = new Set(lists.users);
  const fakes = [...distinct].filter((user) => user >= realUsers).length;
  const largest = Math.max(0, ...averagedOver);
  return {
    name: 'fake users never enter an average',
    passed:
      fakes === 0 &&
      distinct.size === lists.users.length &&
      lists.users.length === realUsers &&
      largest <= realUsers,
    detail: `${lists.users.length} lists for ${realUsers} real users, ${fakes} of them of fake users; averages over at most ${largest} users`,
  };
}
