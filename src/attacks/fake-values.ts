/**
 * Ratings and timestamps of fake clicks, for whoever reads them: a victim outside recaudit, and the CSV of the profiles. Given ones stay
 * as they are; the others are drawn, by rules.
 *
 * A drawn value depends on the real data, the rule, the unit (seed and targets), the number of the fake user and the item, and on
 * nothing else: victims, controls, and files agree on it.
 */

import { digest } from '../canonical-json.js';
import type { ClickValues, ProfileValues } from '../data/fake-rows.js';
import type { InteractionMatrix } from '../data/interactions.js';
import { RecauditError } from '../errors.js';
import { SeedKey } from '../rng.js';
import { targetsOf } from './fillers.js';
import type { Goal } from './types.js';

/** `goal`: the end of the scale that serves the goal on targets, elsewhere as `drawn`. `drawn`: one of the item's own real ratings. */
export const RATING_RULES = ['goal', 'drawn'] as const;
export type RatingRule = (typeof RATING_RULES)[number];

/**
 * `sessions`: times of one real user. `period`: any time of the training data. `recent`: any time of its last tenth.
 */
export const TIME_RULES = ['sessions', 'period', 'recent'] as const;
export type TimeRule = (typeof TIME_RULES)[number];

/** A column of the given profiles, by its digest: `hashClickValues`. */
export interface GivenColumn {
  readonly given: string;
}

/** Where each column comes from; absent: the data do not have it. */
export interface FakeValueSources {
  readonly ratings?: RatingRule | GivenColumn;
  readonly timestamps?: TimeRule | GivenColumn;
}

/** The rules of an audit, for columns that its data have. */
export interface FakeValueRules {
  readonly ratings?: RatingRule;
  readonly timestamps?: TimeRule;
}

/** Digests of the columns that given profiles came with. */
export interface GivenDigests {
  readonly ratings?: string;
  readonly timestamps?: string;
}

/** The real rows, with what they say of their clicks. */
export interface RealRows {
  readonly interactions: InteractionMatrix;
  /** in CSR order, as `timestamps` */
  readonly ratings?: Float64Array;
  readonly timestamps?: Float64Array;
}

export interface FakeValuesRequest {
  readonly sources: FakeValueSources;
  readonly goal: Goal;
  /** root of the seed tree */
  readonly seed: number;
  /** given columns by their digests */
  readonly given?: Readonly<Record<string, ClickValues>>;
}

/** The digest under which an audit's data hold a column of given profiles. */
export function hashClickValues(values: ClickValues): string {
  return digest(values.map((profile) => Array.from(profile)));
}

/** Rules, but for the columns that the profiles came with. Columns without a rule are columns that the data do not have. */
export function valueSources(rules: FakeValueRules, given: GivenDigests = {}): FakeValueSources {
  const { ratings, timestamps } = rules;
  return {
    ...(ratings && { ratings: given.ratings === undefined ? ratings : { given: given.ratings } }),
    ...(timestamps && {
      timestamps: given.timestamps === undefined ? timestamps : { given: given.timestamps },
    }),
  };
}

/** Which end of the scale on its targets serves a goal; null where it has none. */
function servedBy(goal: Goal): 'highest' | 'lowest' | null {
  switch (goal.kind) {
    case 'push':
    case 'segment':
      return 'highest';
    case 'nuke':
      return 'lowest';
    case 'untargeted':
      return null;
    default:
      return goal satisfies never;
  }
}

interface Range {
  readonly least: number;
  readonly most: number;
  /** every value is a whole number */
  readonly whole: boolean;
}

const ranges = new WeakMap<Float64Array, Range>();

function rangeOf(values: Float64Array): Range {
  const known = ranges.get(values);
  if (known !== undefined) return known;
  let [least, most, whole] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, true];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
    whole &&= Number.isSafeInteger(value);
  }
  const range = { least, most, whole };
  ranges.set(values, range);
  return range;
}

interface ByItem {
  readonly pointers: Int32Array;
  /** CSR positions, by item and user */
  readonly entries: Int32Array;
}

const byItem = new WeakMap<InteractionMatrix, ByItem>();

function entriesByItem(interactions: InteractionMatrix): ByItem {
  const known = byItem.get(interactions);
  if (known !== undefined) return known;
  const { columns, items } = interactions;
  const pointers = new Int32Array(items + 1);
  for (const item of columns) pointers[item + 1]++;
  for (let item = 0; item < items; item++) pointers[item + 1] += pointers[item];
  const next = pointers.slice();
  const entries = new Int32Array(columns.length);
  columns.forEach((item, entry) => {
    entries[next[item]++] = entry;
  });
  const found = { pointers, entries };
  byItem.set(interactions, found);
  return found;
}

/** The user of a CSR position. */
function userOf({ rowPointers }: InteractionMatrix, entry: number): number {
  let [low, high] = [0, rowPointers.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (rowPointers[middle] <= entry) low = middle;
    else high = middle;
  }
  return low;
}

type Draw = (user: number, item: number) => number;

function ratingDraw(
  rule: RatingRule,
  ratings: Float64Array,
  interactions: InteractionMatrix,
  goal: Goal,
  unit: SeedKey,
): Draw {
  const { least, most } = rangeOf(ratings);
  const end = rule === 'goal' ? servedBy(goal) : null;
  const targets = new Set(targetsOf(goal));
  const { pointers, entries } = entriesByItem(interactions);
  return (user, item) => {
    if (end !== null && targets.has(item)) return end === 'highest' ? most : least;
    const stream = unit.child(user).child(item).stream();
    const count = pointers[item + 1] - pointers[item];
    // Nobody has rated it: a rating of any item.
    if (count === 0) return ratings[stream.integer(ratings.length)];
    return ratings[entries[pointers[item] + stream.integer(count)]];
  };
}

/** The last part of the training period that counts as recent. */
const RECENT = 0.1;

function timeDraw(
  rule: TimeRule,
  timestamps: Float64Array,
  interactions: InteractionMatrix,
  unit: SeedKey,
): Draw {
  if (rule === 'sessions') {
    const { rowPointers, nonZeros } = interactions;
    return (user, item) => {
      const key = unit.child(user);
      // By a click, not by a user: a fake click falls at any time as likely as a real one does.
      const like = userOf(interactions, key.stream().integer(nonZeros));
      const clicks = rowPointers[like + 1] - rowPointers[like];
      return timestamps[rowPointers[like] + key.child(item).stream().integer(clicks)];
    };
  }
  const { least, most, whole } = rangeOf(timestamps);
  const from = rule === 'recent' ? most - RECENT * (most - least) : least;
  const first = whole ? Math.ceil(from) : from;
  return (user, item) => {
    const share = unit.child(user).child(item).stream().uniform();
    if (!whole) return Math.min(most, first + share * (most - first));
    return Math.min(most, first + Math.floor(share * (most - first + 1)));
  };
}

function givenColumn(
  { given: digestOf }: GivenColumn,
  profiles: readonly ArrayLike<number>[],
  given: FakeValuesRequest['given'] = {},
): ClickValues {
  const values = given[digestOf];
  if (profiles.every((profile, v) => profile.length === values?.[v]?.length)) return values;
  throw new RecauditError(
    'internal',
    `given profiles: expected one value a click, got ${values === undefined ? 'none' : 'another number of them'}. Give those that ${digestOf.slice(0, 12)} stands for`,
  );
}

function column<Rule extends string>(
  source: Rule | GivenColumn,
  profiles: readonly ArrayLike<number>[],
  given: FakeValuesRequest['given'],
  drawBy: (rule: Rule) => Draw,
): ClickValues {
  if (typeof source === 'object') return givenColumn(source, profiles, given);
  const draw = drawBy(source);
  return profiles.map((profile, v) => Float64Array.from(profile, (item) => draw(v, item)));
}

/**
 * Ratings and timestamps of fake profiles, for the columns that the real rows have and a source is named for.
 *
 * @param profiles item indices of each fake user
 * @throws RecauditError('internal') where given columns do not fit the profiles
 * @example fakeValues(profiles, train, { sources: { ratings: 'goal' }, goal: { kind: 'push', targets }, seed: 1 }).ratings
 */
export function fakeValues(
  profiles: readonly ArrayLike<number>[],
  { interactions, ratings, timestamps }: RealRows,
  { sources, goal, seed, given }: FakeValuesRequest,
): ProfileValues {
  const targets = Array.from(targetsOf(goal)).join(' ');
  const unit = SeedKey.root(seed).child('fake values').child(targets);
  const { ratings: rated, timestamps: timed } = sources;
  return {
    ...(ratings &&
      rated && {
        ratings: column(rated, profiles, given, (rule) =>
          ratingDraw(rule, ratings, interactions, goal, unit.child('rating')),
        ),
      }),
    ...(timestamps &&
      timed && {
        timestamps: column(timed, profiles, given, (rule) =>
          timeDraw(rule, timestamps, interactions, unit.child('timestamp')),
        ),
      }),
  };
}
