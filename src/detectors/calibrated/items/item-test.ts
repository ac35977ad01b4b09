/**
 * Stage 2: is an item pushed? The share e of fakes among the p clickers that explains their clicks best is worth
 *
 *     T = max over e of  sum over clickers u of log(1 - e + e exp(w_ui)),   e in {0, 0.01, ..., 0.95}
 *
 * (a mean over the clickers would drown a few fakes in the many real clickers of a popular item; this sum does not), and it makes each
 * clicker fake with probability e exp(w) / (1 - e + e exp(w)). Errors of w add up over an audience too; the score of an item is T
 * against what is usual for items like it (`level.ts`).
 */

import type { Clicks } from './audience.js';
import { fitLevel, type Level, levelScore, type Surroundings } from './level.js';

const SHARES: readonly number[] = [0.01, 0.02, 0.04, 0.08, 0.15, 0.25, 0.4, 0.6, 0.8, 0.95];
/** Items with fewer clickers are not tested: a few clicks prove nothing. */
export const LEAST_CLICKERS = 5;

export interface Evidence {
  /** T */
  readonly evidence: number;
  /** e; 0 where no share explains the clicks better than none */
  readonly share: number;
}

/** @param weights w of the item's clickers @example evidenceOf([6, 6, 6, -1, -1]).share // 0.6 */
export function evidenceOf(weights: ArrayLike<number>): Evidence {
  let best: Evidence = { evidence: 0, share: 0 };
  const gains = Float64Array.from(weights, (weight) => Math.exp(weight) - 1);
  for (const share of SHARES) {
    let sum = 0;
    for (let n = 0; n < gains.length; n++) sum += Math.log1p(share * gains[n]);
    if (sum > best.evidence) best = { evidence: sum, share };
  }
  return best;
}

/** Probability that a click of weight w is a fake's, where a share of the clickers is fake. @example posterior(2, 0.1) */
export function posterior(weight: number, share: number): number {
  const odds = share * Math.exp(weight);
  return odds / (1 - share + odds);
}

/** Clicks with w, one an entry. */
export interface WeighedClicks {
  readonly clicks: Clicks;
  readonly weights: Float64Array;
}

/** What the clicks of each item say. */
export function evidences({ clicks: { matrix }, weights }: WeighedClicks): Evidence[] {
  const { columnPointers, csrPositions } = matrix.csc();
  return Array.from({ length: matrix.items }, (_, item) => {
    const entries = csrPositions.subarray(columnPointers[item], columnPointers[item + 1]);
    return evidenceOf(Float64Array.from(entries, (entry) => weights[entry]));
  });
}

const isTested = (popularity: number): boolean => popularity >= LEAST_CLICKERS;

/** What is usual in a file; null where it has too few items to say. */
export function levelOf({ degrees, usual }: Clicks, found: readonly Evidence[]): Level | null {
  const tested = Array.from(found.keys()).filter((item) => isTested(degrees[item]));
  return fitLevel(
    Float64Array.from(tested, (item) => found[item].evidence),
    tested.map((item) => ({ popularity: degrees[item], usual: usual[item] })),
  );
}

/** The score of an item: its evidence against what is usual, or T / sqrt(p) where nothing says what is usual. */
export function itemScore(level: Level | null, evidence: number, item: Surroundings): number {
  return level === null ? evidence / Math.sqrt(item.popularity) : levelScore(level, evidence, item);
}

/** One score an item; NaN for items that are not tested. */
export function scoreItems(
  { degrees, usual }: Clicks,
  found: readonly Evidence[],
  level: Level | null,
): Float64Array {
  return Float64Array.from(found, ({ evidence }, item) =>
    isTested(degrees[item])
      ? itemScore(level, evidence, { popularity: degrees[item], usual: usual[item] })
      : Number.NaN,
  );
}

/** Of each click, in CSR order: the probability that it is a fake's, by the share of its item. */
export function probabilitiesOf(
  { clicks: { matrix }, weights }: WeighedClicks,
  found: readonly Evidence[],
): Float64Array {
  return weights.map((weight, entry) => posterior(weight, found[matrix.columns[entry]].share));
}
