/**
 * The fake profiles of an audit's first unit, where they are few enough to be drawn, without those that are copies of a real
 * user's clicks. What it is not: a drawing (`report/charts/figures/fake-matrix.ts`, which takes its limits from here).
 */

import type { InteractionMatrix } from '../../data/interactions.js';
import type { InjectedArm } from '../arms.js';
import type { MatrixEvidence, MatrixLimits } from './evidence-types.js';
import type { Unit } from './summary-types.js';

export const MATRIX_LIMITS: MatrixLimits = { users: 60, items: 280 };

export interface MatrixSource {
  readonly arm: InjectedArm;
  /** these profiles are parts of real users' clicks by definition */
  readonly copies: boolean;
  readonly unit: Unit;
  readonly profiles: readonly (readonly number[])[];
  readonly targets: readonly number[];
}

/**
 * The matrix without its copies; null where it is too large.
 *
 * @example matrixEvidence(train, { arm: 'attack:learned', copies: false, unit, profiles, targets })
 */
export function matrixEvidence(train: InteractionMatrix, source: MatrixSource): MatrixEvidence | null {
  const { arm, unit, profiles, targets } = source;
  const clicked = new Set(profiles.flat());
  if (profiles.length > MATRIX_LIMITS.users || clicked.size > MATRIX_LIMITS.items) return null;
  const copies = source.copies ? profiles.map(() => true) : copiesOfReal(train, profiles, targets);
  const kept = profiles.filter((_, v) => !copies[v]);
  const items = [...new Set(kept.flat())].sort((a, b) => a - b);
  const popularity = train.itemDegrees();
  return {
    arm,
    unit,
    profiles: kept.map((profile) => [...profile]),
    withheld: profiles.length - kept.length,
    targets: [...targets],
    items,
    popularity: items.map((item) => popularity[item]),
    catalogue: train.items,
  };
}

/**
 * For each profile whether, targets aside, one real user has clicked all of it, or it holds all of one real user's clicks
 * and no more items beside them than these. One pass over the data.
 */
export function copiesOfReal(
  train: InteractionMatrix,
  profiles: readonly (readonly number[])[],
  targets: readonly number[],
): boolean[] {
  const pushed = new Set(targets);
  const fillers = profiles.map((profile) => profile.filter((item) => !pushed.has(item)));
  const holders = new Map<number, number[]>();
  fillers.forEach((profile, v) => {
    for (const item of profile) holders.set(item, [...(holders.get(item) ?? []), v]);
  });
  const copies = profiles.map(() => false);
  const shared = new Int32Array(profiles.length);
  for (let user = 0; user < train.users; user++) {
    shared.fill(0);
    let others = 0;
    for (const item of train.row(user)) {
      if (pushed.has(item)) continue;
      others++;
      for (const v of holders.get(item) ?? []) shared[v]++;
    }
    fillers.forEach(({ length }, v) => {
      const part = length > 0 && shared[v] === length;
      const whole = others > 0 && shared[v] === others && length <= 2 * others;
      if (part || whole) copies[v] = true;
    });
  }
  return copies;
}
