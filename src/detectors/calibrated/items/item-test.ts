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

/** T of each item; NaN for items that are not tested. */
export function evidences({ clicks: { matrix, degrees }, weights }: WeighedClicks): Float64Array {
  const { columnPointers, csrPositions } = matrix.csc();
  return Float64Array.from(degrees, (popularity, item) => {
    if (popularity < LEAST_CLICKERS) return Number.NaN;
    const entries = csrPositions.subarray(columnPointers[item], columnPointers[item + 1]);
    return evidenceOf(Float64Array.from(entries, (entry) => weights[entry])).evidence;
  });
}

/** What is usual in a file; null where it has too few items to say. */
export function levelOf({ clicks: { degrees, usual } }: WeighedClicks, evidence: Float64Array): Level | null {
  const tested = Array.from(evidence.keys()).filter((item) => Number.isFinite(evidence[item]));
  return fitLevel(
    Float64Array.from(tested, (item) => evidence[item]),
    tested.map((item) => ({ popularity: degrees[item], usual: usual[item] })),
  );
}

/** The score of an item: its evidence against what is usual, or T / sqrt(p) where nothing says what is usual. */
export function itemScore(level: Level | null, evidence: number, item: Surroundings): number {
  return level === null ? evidence / Math.sqrt(item.popularity) : levelScore(level, evidence, item);
}

/** One score an item; NaN for items that are not tested. */
export function scoreItems(
  { clicks: { degrees, usual } }: WeighedClicks,
  evidence: Float64Array,
  level: Level | null,
): Float64Array {
  return evidence.map((value, item) =>
    Number.isFinite(value)
      ? itemScore(level, value, { popularity: degrees[item], usual: usual[item] })
      : value,
  );
}
