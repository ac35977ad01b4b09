/**
 * The paper's synthetic data (section 3.1): x_ui = 1 where mu_u . nu_i > threshold, with mu_u and nu_i standard normal
 * of dimension `rank`. With 900 users, 300 items, rank 20 and threshold 5 it is the embedded data set.
 *
 * The normal draws are rounded to multiples of 2^-20, so that every product and sum below is exact in double
 * precision: the data are the same on every machine, whatever its last bit of a logarithm.
 */

import { RecauditError } from '../errors.js';
import type { SeedKey } from '../rng.js';
import { createDataset, type Dataset } from './dataset.js';
import { IdMap } from './ids.js';
import { InteractionMatrix } from './interactions.js';
import { leaveOneOut } from './splits.js';

const STEPS_PER_UNIT = 2 ** 20;

export interface SyntheticOptions {
  readonly users: number;
  readonly items: number;
  /** length of the latent vectors */
  readonly rank: number;
  /** a user clicks an item where the product of their vectors is above this */
  readonly threshold: number;
  /** further rows of the same generator, kept apart: where fake profiles start */
  readonly startRows: number;
  /** whether one random click of every user with at least two becomes its test item */
  readonly heldOut: boolean;
  readonly seed: SeedKey;
}

export interface SyntheticData {
  /** all clicks of the real users */
  readonly dataset: Dataset;
  readonly train: Dataset;
  /** empty unless `heldOut` */
  readonly test: Dataset;
  /** item indices of each further row, ascending */
  readonly startProfiles: readonly Int32Array[];
}

/**
 * Draws a data set. Row u depends on (seed, u) and item i on (seed, i) only: more users or items change no others.
 *
 * @throws RecauditError `config` for sizes that are no positive integers or a threshold that is not finite; `data` when
 *   nobody clicks anything
 */
export function synthesize(options: SyntheticOptions): SyntheticData {
  checkOptions(options);
  const { users, items, rank, startRows, seed } = options;
  const userVectors = latentVectors(users + startRows, rank, seed.child('users'));
  const itemVectors = latentVectors(items, rank, seed.child('items'));
  const rows = userVectors.map((vector) => clicks(vector, itemVectors, options.threshold));
  const interactions = InteractionMatrix.fromRows(items, rows.slice(0, users));
  if (interactions.nonZeros === 0) {
    throw new RecauditError(
      'data',
      `synthesize: expected clicks above threshold ${options.threshold} at rank ${rank}, got none. Lower the threshold.`,
    );
  }
  const dataset = createDataset({ interactions, users: IdMap.range(users), items: IdMap.range(items) });
  const split = options.heldOut
    ? leaveOneOut(dataset, 'random', seed.child('held-out'))
    : { train: dataset, test: emptied(dataset) };
  return { dataset, ...split, startProfiles: rows.slice(users) };
}

/** The embedded data set: 900 real users, 300 items, 100 start rows, one held-out test item a user. */
export function embeddedDataset(seed: SeedKey): SyntheticData {
  return synthesize({ users: 900, items: 300, rank: 20, threshold: 5, startRows: 100, heldOut: true, seed });
}

function latentVectors(count: number, rank: number, seed: SeedKey): Float64Array[] {
  return Array.from({ length: count }, (_, row) => {
    const stream = seed.child(row).stream();
    return Float64Array.from({ length: rank }, () => Math.round(stream.normal() * STEPS_PER_UNIT));
  });
}

function clicks(user: Float64Array, items: readonly Float64Array[], threshold: number): Int32Array {
  const bound = threshold * STEPS_PER_UNIT ** 2;
  const clicked: number[] = [];
  items.forEach((item, index) => {
    let product = 0;
    for (let k = 0; k < user.length; k++) product += user[k] * item[k];
    if (product > bound) clicked.push(index);
  });
  return Int32Array.from(clicked);
}

function emptied(dataset: Dataset): Dataset {
  const { users, items } = dataset;
  const interactions = InteractionMatrix.fromPairs(users.size, items.size, [], []);
  return createDataset({ interactions, users, items });
}

function checkOptions({ users, items, rank, startRows, threshold }: SyntheticOptions): void {
  for (const [name, value, least] of [
    ['users', users, 1],
    ['items', items, 1],
    ['rank', rank, 1],
    ['start rows', startRows, 0],
  ] as const) {
    if (!Number.isSafeInteger(value) || value < least)
      throw new RecauditError(
        'config',
        `synthesize: expected ${name} of at least ${least}, got ${value}. Give an integer.`,
      );
  }
  if (!Number.isFinite(threshold))
    throw new RecauditError(
      'config',
      `synthesize: expected a finite threshold, got ${threshold}. Give one, such as 5.`,
    );
}
