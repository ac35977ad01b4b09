/**
 * The rule that decides the claims. With three seeds or more a claim holds where the whole 95 % t-interval lies on its side of
 * the threshold, fails where it lies on the other, and is undecided between. With one or two seeds the mean alone decides,
 * and the outcome says that nothing was tested.
 */

import { LEAST_UNITS } from '../metrics/index.js';
import { type CellValues, cellOf } from './cells.js';
import type { Claim } from './claim.js';
import type { Evidence } from './claim-values.js';
import { CLAIMS } from './claims.js';

export type ClaimResult = 'holds' | 'does not hold' | 'undecided' | 'no result';

export interface ClaimOutcome extends Omit<Claim, 'values'> {
  readonly cell: CellValues;
  readonly result: ClaimResult;
  /** whether an interval decided */
  readonly tested: boolean;
}

function decide(cell: CellValues, { direction, threshold }: Claim): { result: ClaimResult; tested: boolean } {
  if (cell.mean === null) return { result: 'no result', tested: false };
  const beyond = (value: number) => (direction === 'above' ? value > threshold : value < threshold);
  if (cell.n < LEAST_UNITS || cell.interval === null)
    return { result: beyond(cell.mean) ? 'holds' : 'does not hold', tested: false };
  const [low, high] = [beyond(cell.interval.low), beyond(cell.interval.high)];
  return { result: low && high ? 'holds' : low || high ? 'undecided' : 'does not hold', tested: true };
}

/**
 * Judges the claims of the experiments that are there.
 *
 * @example judgeClaims({ fig3 })[0] // { id: 'exact-lowers-objective', result: 'holds', tested: true, cell: ... }
 */
export function judgeClaims(evidence: Evidence): ClaimOutcome[] {
  return CLAIMS.filter(({ experiment }) => experiment in evidence).map((claim) => {
    const { values, ...told } = claim;
    const cell = cellOf(values(evidence));
    return { ...told, cell, ...decide(cell, claim) };
  });
}
