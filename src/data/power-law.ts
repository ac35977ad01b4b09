/**
 * Synthetic clicks of any size with power-law popularity and activity, for measuring how time grows. What it is not:
 * data to learn from (beyond popularity, no user differs from another: `synthetic.ts` has taste).
 *
 * Rank-size laws with a shift (Zipf-Mandelbrot): the r-th most active user has about c (r + userShift)^-userExponent clicks,
 * and every user draws items without replacement with weights (r + itemShift)^-itemExponent, r the item's place in
 * popularity. A shift flattens the head: without one, the first of many items is in almost every profile. Which user and
 * which item has which place is random. Where an active user needs most of the catalogue, the most popular items saturate: the realised
 * popularity is then flatter at its head than its weights.
 */

import { RecauditError } from '../errors.js';
import type { RandomStream, SeedKey } from '../rng.js';
import { createDataset, type Dataset } from './dataset.js';
import { IdMap } from './ids.js';
import { InteractionMatrix } from './interactions.js';

export interface PowerLawOptions {
  readonly users: number;
  readonly items: number;
  /** exactly this many, from one a user to all of users x items */
  readonly interactions: number;
  /** 0: all users alike. 0.5 spreads users and items about as unevenly as the Gowalla check-ins (mean square 3 times squared mean) */
  readonly userExponent: number;
  readonly itemExponent: number;
  /** places; default 0 */
  readonly userShift?: number;
  readonly itemShift?: number;
  readonly seed: SeedKey;
}

/**
 * Exponents and shifts with which activity and popularity fall as in data sets of film ratings: a long tail of items (their
 * median is a small part of their mean), the most popular in a fifth to a half of the profiles, the largest profile two
 * fifths to three quarters of the catalogue. At 162,541 x 59,047 with 25 million interactions the shifts are 141 and 308 places.
 *
 * @example powerLawInteractions({ ...shape, ...ratingsLaw(shape), seed }) // shape = { users, items, interactions }
 */
export function ratingsLaw({
  users,
  items,
  interactions,
}: Pick<PowerLawOptions, 'users' | 'items' | 'interactions'>) {
  return {
    userExponent: 1,
    itemExponent: 2,
    userShift: interactions / items / 3,
    itemShift: (2 * interactions) / users,
  };
}

/**
 * Draws row by row into the compressed rows themselves: memory is the result and a few arrays of users or items.
 *
 * @throws RecauditError `config` for sizes or exponents that cannot be
 * @example powerLawInteractions({ users: 1e5, items: 5e4, interactions: 1e7, userExponent: 0.5, itemExponent: 0.5, seed })
 */
export function powerLawInteractions(options: PowerLawOptions): InteractionMatrix {
  checkOptions(options);
  const { users, items, seed } = options;
  const places = seed.child('users').stream().shuffle(range(users));
  const sizes = profileSizes(options);
  const rowPointers = new Int32Array(users + 1);
  for (let u = 0; u < users; u++) rowPointers[u + 1] = rowPointers[u] + sizes[places[u]];
  const columns = new Int32Array(options.interactions);
  const draw = createItemDraws(options);
  for (let u = 0; u < users; u++) {
    draw(seed.child('clicks').child(u).stream(), columns.subarray(rowPointers[u], rowPointers[u + 1]));
  }
  return InteractionMatrix.fromCsr(items, rowPointers, columns);
}

/** The same with ids "0", "1", ... of users and items. */
export function powerLawDataset(options: PowerLawOptions): Dataset {
  const { users, items } = options;
  const interactions = powerLawInteractions(options);
  return createDataset({ interactions, users: IdMap.range(users), items: IdMap.range(items) });
}

function range(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, n) => n);
}

function powerWeights(count: number, exponent: number, shift = 0): Float64Array {
  return Float64Array.from({ length: count }, (_, place) => (place + 1 + shift) ** -exponent);
}

const BISECTIONS = 200;

/** Clicks of the user at each place: c (r + shift)^-exponent, at least 1 and at most `items`, rounded so that they add up. */
function profileSizes(options: PowerLawOptions): Int32Array {
  const { users, items, interactions } = options;
  const weights = powerWeights(users, options.userExponent, options.userShift);
  const wanted = (scale: number, place: number) => Math.min(items, Math.max(1, scale * weights[place]));
  let low = 0;
  let high = items / weights[users - 1];
  for (let n = 0; n < BISECTIONS; n++) {
    const scale = (low + high) / 2;
    let total = 0;
    for (let place = 0; place < users; place++) total += wanted(scale, place);
    if (total > interactions) high = scale;
    else low = scale;
  }
  const sizes = new Int32Array(users);
  let left = interactions;
  let carried = 0;
  for (let place = 0; place < users; place++) {
    const size = wanted(low, place) + carried;
    sizes[place] = Math.min(items, Math.max(1, Math.round(size)));
    carried = size - sizes[place];
    left -= sizes[place];
  }
  // What rounding left over, one click a user, the least active first.
  for (let place = users - 1; left !== 0; place = place === 0 ? users - 1 : place - 1) {
    const changed = sizes[place] + Math.sign(left);
    if (changed < 1 || changed > items) continue;
    left -= changed - sizes[place];
    sizes[place] = changed;
  }
  return sizes;
}

/** A profile above this share of the catalogue is drawn by keys: rejecting repeated draws would take too long. */
const KEYS_FROM = 1 / 8;

/** Fills a profile with distinct items, ascending. */
function createItemDraws({ items, itemExponent, itemShift, seed }: PowerLawOptions) {
  const places = seed.child('items').stream().shuffle(range(items));
  const byPlace = powerWeights(items, itemExponent, itemShift);
  const weights = Float64Array.from(places, (place) => byPlace[place]);
  const drawItem = createAliasTable(weights);
  const drawnIn = new Int32Array(items).fill(-1);
  let profile = 0;
  return (stream: RandomStream, out: Int32Array): void => {
    if (out.length > KEYS_FROM * items) {
      drawByKeys(stream, weights, out);
      return;
    }
    profile++;
    for (let n = 0; n < out.length; ) {
      const item = drawItem(stream);
      if (drawnIn[item] === profile) continue;
      drawnIn[item] = profile;
      out[n++] = item;
    }
    out.sort();
  };
}

/**
 * Draws without replacement at once: the items whose exponential waiting times with rates `weights` end first (Efraimidis
 * and Spirakis 2006). Distributed as one draw after another without repeats.
 */
function drawByKeys(stream: RandomStream, weights: Float64Array, out: Int32Array): void {
  const waits = weights.map((weight) => -Math.log(1 - stream.uniform()) / weight);
  const order = range(weights.length).sort((a, b) => waits[a] - waits[b] || a - b);
  out.set(order.subarray(0, out.length));
  out.sort();
}

/** Draws from a discrete distribution in constant time (Walker's alias method, Vose's construction). */
function createAliasTable(weights: Float64Array): (stream: RandomStream) => number {
  const count = weights.length;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const share = weights.map((weight) => (weight * count) / total);
  const alias = range(count);
  const below: number[] = [];
  const above: number[] = [];
  share.forEach((value, n) => {
    (value < 1 ? below : above).push(n);
  });
  while (below.length > 0 && above.length > 0) {
    const small = below.pop() as number;
    const large = above[above.length - 1];
    alias[small] = large;
    share[large] -= 1 - share[small];
    if (share[large] < 1) below.push(above.pop() as number);
  }
  for (const n of [...below, ...above]) share[n] = 1;
  return (stream) => {
    const at = count * stream.uniform();
    const n = Math.floor(at);
    return at - n < share[n] ? n : alias[n];
  };
}

function checkOptions(options: PowerLawOptions): void {
  const { users, items, interactions, userExponent, itemExponent, userShift = 0, itemShift = 0 } = options;
  const check = (name: string, fits: boolean, expected: string, got: number) => {
    if (fits) return;
    throw new RecauditError('config', `power law: expected ${name} ${expected}, got ${got}. Change it.`);
  };
  const size = (value: number) => Number.isSafeInteger(value) && value >= 1 && value < 2 ** 31 - 1;
  check('users', size(users), 'to be a whole number of at least 1', users);
  check('items', size(items), 'to be a whole number of at least 1', items);
  const most = Math.min(users * items, 2 ** 31 - 2);
  const possible = Number.isSafeInteger(interactions) && interactions >= users && interactions <= most;
  check('interactions', possible, `from ${users} (one a user) to ${most}`, interactions);
  for (const [name, exponent] of [
    ['the user exponent', userExponent],
    ['the item exponent', itemExponent],
  ] as const)
    check(name, exponent >= 0 && exponent <= 4, 'from 0 to 4', exponent);
  for (const [name, shift] of [
    ['the user shift', userShift],
    ['the item shift', itemShift],
  ] as const)
    check(name, shift >= 0 && shift < 2 ** 31, 'of at least 0 and below 2^31', shift);
}
