/**
 * Splits of a data set into training and test interactions. Both sides keep all users and items, so an index
 * means the same everywhere; no interaction is in both, none is lost.
 */

import { RecauditError } from '../errors.js';
import type { SeedKey } from '../rng.js';
import { type Dataset, filterEntries } from './dataset.js';
import { pairDraws } from './draws.js';
import type { InteractionMatrix } from './interactions.js';

export interface Split {
  readonly train: Dataset;
  readonly test: Dataset;
}

/**
 * Each interaction goes to test with probability `fraction`, except that every item and every user with an interaction
 * keeps at least one in training (the one with the largest draw).
 *
 * @throws RecauditError `config` unless 0 < fraction < 1
 * @example randomSplit(dataset, { fraction: 0.2 }, SeedKey.root(1).child('split'))
 */
export function randomSplit(dataset: Dataset, size: { readonly fraction: number }, seed: SeedKey): Split {
  checkFraction(size.fraction);
  const { interactions } = dataset;
  const draws = pairDraws(interactions, seed);
  const inTest = Uint8Array.from(draws, (draw) => (draw < size.fraction ? 1 : 0));
  const { columnPointers, csrPositions } = interactions.csc();
  for (let i = 0; i < interactions.items; i++) {
    keepOne(inTest, draws, csrPositions.subarray(columnPointers[i], columnPointers[i + 1]));
  }
  for (let u = 0; u < interactions.users; u++) keepOne(inTest, draws, entriesOf(interactions, u));
  return divide(dataset, inTest);
}

/**
 * One interaction of every user with at least two goes to test: a random one, or the latest (of equal timestamps a
 * random one). An item may lose its only interaction.
 *
 * @throws RecauditError `data` when the latest is asked for and there are no timestamps
 */
export function leaveOneOut(dataset: Dataset, which: 'random' | 'latest', seed: SeedKey): Split {
  const { interactions } = dataset;
  const timestamps = which === 'latest' ? requireTimestamps(dataset) : undefined;
  const draws = pairDraws(interactions, seed);
  const inTest = new Uint8Array(interactions.nonZeros);
  for (let u = 0; u < interactions.users; u++) {
    const entries = entriesOf(interactions, u);
    if (entries.length < 2) continue;
    const chosen = entries.reduce((best, e) => {
      const later = timestamps ? timestamps[e] - timestamps[best] : 0;
      return later > 0 || (later === 0 && draws[e] < draws[best]) ? e : best;
    });
    inTest[chosen] = 1;
  }
  return divide(dataset, inTest);
}

/**
 * The interactions from a point in time on go to test: from `at`, or so that about `fraction` of all are there
 * (interactions at the very cut go to test together). Items and users first seen after the cut have no training
 * interaction.
 *
 * @param cut `at` in the timestamps' own unit
 * @throws RecauditError `data` without timestamps or when a side is empty, `config` for a fraction outside (0, 1)
 */
export function timeSplit(
  dataset: Dataset,
  cut: { readonly fraction: number } | { readonly at: number },
): Split & { readonly at: number } {
  const timestamps = requireTimestamps(dataset);
  const at = 'at' in cut ? cut.at : latestFraction(timestamps, cut.fraction);
  if (!Number.isFinite(at))
    throw new RecauditError(
      'config',
      `time split: expected a finite time to cut at, got ${at}. Give a number.`,
    );
  const inTest = Uint8Array.from(timestamps, (time) => (time >= at ? 1 : 0));
  const testSize = inTest.reduce((sum, flag) => sum + flag, 0);
  if (testSize === 0 || testSize === inTest.length) {
    const sorted = timestamps.slice().sort();
    throw new RecauditError(
      'data',
      `time split: expected interactions on both sides of ${at}, got times from ${sorted[0]} to ${sorted.at(-1)}. ` +
        'Choose another cut.',
    );
  }
  return { ...divide(dataset, inTest), at };
}

function latestFraction(timestamps: Float64Array, fraction: number): number {
  checkFraction(fraction);
  const sorted = timestamps.slice().sort();
  const count = Math.max(1, Math.round(fraction * sorted.length));
  return sorted[sorted.length - count];
}

/** Takes the entry with the largest draw back to training when all entries are in test. */
function keepOne(inTest: Uint8Array, draws: Float64Array, entries: Int32Array): void {
  if (entries.length === 0 || entries.some((e) => inTest[e] === 0)) return;
  inTest[entries.reduce((best, e) => (draws[e] > draws[best] ? e : best))] = 0;
}

function entriesOf({ rowPointers }: InteractionMatrix, user: number): Int32Array {
  const start = rowPointers[user];
  return Int32Array.from({ length: rowPointers[user + 1] - start }, (_, k) => start + k);
}

function divide(dataset: Dataset, inTest: Uint8Array): Split {
  const inTrain = inTest.map((flag) => 1 - flag);
  return { train: filterEntries(dataset, inTrain), test: filterEntries(dataset, inTest) };
}

function requireTimestamps(dataset: Dataset): Float64Array {
  if (dataset.timestamps) return dataset.timestamps;
  throw new RecauditError(
    'data',
    'split by time: expected timestamps, got none. Name their column with --timestamp-column.',
  );
}

function checkFraction(fraction: number): void {
  if (!(fraction > 0 && fraction < 1))
    throw new RecauditError(
      'config',
      `split: expected a share above 0 and below 1, got ${fraction}. Give one, such as 20%.`,
    );
}
