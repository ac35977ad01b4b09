/**
 * How well scores tell fake users from honest ones, where it is known who is fake. Higher scores are more suspicious. Ties count
 * against the detector everywhere, so a constant score has found nothing: AUC 0, recall 0. What it is not: a threshold; nothing here
 * is known to who detects.
 */

import { RecauditError } from '../errors.js';

export interface DetectionOptions {
  /** clicks of each user: for the size-matched measures, which are left out without */
  readonly sizes?: ArrayLike<number>;
  /** shares of honest users flagged, each in [0, 1); default 1 % and 0.1 % */
  readonly falsePositiveRates?: readonly number[];
  /** users that count, such as all but the known fakes that a detector was told; default all */
  readonly among?: (user: number) => boolean;
}

export interface RecallAtRate {
  /** share of honest users that may be flagged: also what a random score finds */
  readonly falsePositiveRate: number;
  /** share of fakes found */
  readonly recall: number;
}

export interface DetectionMeasures {
  readonly fakes: number;
  readonly honest: number;
  /** of a random score, beside each measure of that name */
  readonly chance: { readonly auc: number; readonly averagePrecision: number };
  readonly auc: number;
  readonly averagePrecision: number;
  readonly recallAt: readonly RecallAtRate[];
  /** each fake against the honest users of like size; null without sizes, or where no fake has any */
  readonly sizeMatched: SizeMatched | null;
}

export interface SizeMatched {
  /** fakes with an honest user of like size; the others do not count here */
  readonly fakes: number;
  readonly auc: number;
  readonly recallAt: readonly RecallAtRate[];
}

/** How much larger or smaller a user of like size may be. */
const LIKE_SIZE = 0.1;
const RATES = [0.01, 0.001];

/**
 *     auc               mean over the fakes of (honest users below it) / honest users
 *     average precision mean over the fakes of (fakes from the top down to it) / (users down to it), honest users first among equals
 *     recall at rate f  share of fakes above the honest user at place floor(f x honest) + 1
 *     size-matched      the same, each fake with the honest users of n in [0.9, 1.1] x its own; found where at most the share f of them
 *                       is not below it
 *
 * @param fake whether each user is fake
 * @throws RecauditError `numeric` for a score that is not finite, `data` without a fake or without an honest user, or for lengths that
 *   differ, `config` for a rate outside [0, 1)
 * @example measureDetection(scores, (user) => user >= realUsers, { sizes }).auc // 0.93, where chance is 0.5
 */
export function measureDetection(
  scores: ArrayLike<number>,
  fake: (user: number) => boolean,
  { sizes, falsePositiveRates = RATES, among = () => true }: DetectionOptions = {},
): DetectionMeasures {
  check(scores, sizes, falsePositiveRates);
  const users = Array.from({ length: scores.length }, (_, user) => user).filter(among);
  const fakes = users.filter(fake);
  const honest = users.filter((user) => !fake(user));
  for (const [who, group] of [
    ['fake', fakes],
    ['honest', honest],
  ] as const)
    if (group.length === 0)
      throw new RecauditError(
        'data',
        `detection: expected at least one ${who} user among ${users.length}, got none. Check the labels.`,
      );
  const ofFakes = sorted(fakes, scores);
  const ofHonest = sorted(honest, scores);
  const found = (rate: number) => {
    const allowed = allowedOf(rate, ofHonest.length);
    const threshold =
      allowed < ofHonest.length ? ofHonest[ofHonest.length - 1 - allowed] : Number.NEGATIVE_INFINITY;
    return shareOf(fakes, (user) => scores[user] > threshold);
  };
  return {
    fakes: fakes.length,
    honest: honest.length,
    chance: { auc: 0.5, averagePrecision: fakes.length / users.length },
    auc: meanOf(fakes, (user) => below(ofHonest, scores[user]) / honest.length),
    averagePrecision: averagePrecision(ofFakes, ofHonest),
    recallAt: falsePositiveRates.map((rate) => ({ falsePositiveRate: rate, recall: found(rate) })),
    sizeMatched: sizes === undefined ? null : matched({ scores, sizes, fakes, honest }, falsePositiveRates),
  };
}

const sorted = (users: readonly number[], scores: ArrayLike<number>) =>
  Float64Array.from(users, (user) => scores[user]).sort();

const meanOf = (users: readonly number[], of: (user: number) => number) =>
  users.reduce((sum, user) => sum + of(user), 0) / users.length;

const shareOf = (users: readonly number[], holds: (user: number) => boolean) =>
  users.filter(holds).length / users.length;

/** How many honest users a rate lets through; 0.07 x 100 is 7, whatever floats make of it. */
const allowedOf = (rate: number, honest: number) => Math.floor(rate * honest + 1e-9);

/** How many of some ascending values are below one. */
function below(ascending: Float64Array, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** From the top; honest users of the same score come first. */
function averagePrecision(ofFakes: Float64Array, ofHonest: Float64Array): number {
  let sum = 0;
  for (let rank = 1; rank <= ofFakes.length; rank++) {
    const score = ofFakes[ofFakes.length - rank];
    sum += rank / (rank + ofHonest.length - below(ofHonest, score));
  }
  return sum / ofFakes.length;
}

interface Groups {
  readonly scores: ArrayLike<number>;
  readonly sizes: ArrayLike<number>;
  readonly fakes: readonly number[];
  readonly honest: readonly number[];
}

function matched({ scores, sizes, fakes, honest }: Groups, rates: readonly number[]): SizeMatched | null {
  const bySize = [...honest].sort((a, b) => sizes[a] - sizes[b]);
  const ascendingSizes = Float64Array.from(bySize, (user) => sizes[user]);
  /** of each fake: honest users of like size, and how many of them are below it */
  const counts = fakes.flatMap((user) => {
    const first = below(ascendingSizes, (1 - LIKE_SIZE) * sizes[user] - 1e-9);
    const end = below(ascendingSizes, (1 + LIKE_SIZE) * sizes[user] + 1e-9);
    const alike = bySize.slice(first, end);
    return alike.length === 0
      ? []
      : [{ alike: alike.length, lower: alike.filter((other) => scores[other] < scores[user]).length }];
  });
  if (counts.length === 0) return null;
  const share = (holds: (count: { alike: number; lower: number }) => number) =>
    counts.reduce((sum, count) => sum + holds(count), 0) / counts.length;
  return {
    fakes: counts.length,
    auc: share(({ alike, lower }) => lower / alike),
    recallAt: rates.map((rate) => ({
      falsePositiveRate: rate,
      recall: share(({ alike, lower }) => (alike - lower <= allowedOf(rate, alike) ? 1 : 0)),
    })),
  };
}

function check(
  scores: ArrayLike<number>,
  sizes: ArrayLike<number> | undefined,
  rates: readonly number[],
): void {
  for (let user = 0; user < scores.length; user++)
    if (!Number.isFinite(scores[user]))
      throw new RecauditError(
        'numeric',
        `detection: expected a finite score of user ${user}, got ${scores[user]}. Correct the detector: such scores rank nobody.`,
      );
  if (sizes !== undefined && sizes.length !== scores.length)
    throw new RecauditError(
      'data',
      `detection: expected ${scores.length} sizes, got ${sizes.length}. Give one a user.`,
    );
  const wrong = rates.find((rate) => !(rate >= 0 && rate < 1));
  if (wrong !== undefined)
    throw new RecauditError(
      'config',
      `detection: expected a false-positive rate in [0, 1), got ${wrong}. Give a share, such as 0.01.`,
    );
}
