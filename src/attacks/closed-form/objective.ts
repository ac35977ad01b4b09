/**
 * The objective of the closed-form attack, smooth and bounded: how many users have any target in their lists,
 *
 *     J = mean over lambdas and users u of 1 - product over t of (1 - sigmoid((s_ut - theta_u) / tau))
 *
 * over the users who clicked no target. theta_u, the user's k-th score without the attack, and tau stay as they are.
 */

import type { InteractionMatrix } from '../../data/interactions.js';
import type { FloatArray } from '../../kernels/types.js';

/** Of one lambda. */
export interface Thresholds {
  /** theta of each user; -infinity where the list holds every unseen item */
  readonly theta: Float64Array;
  readonly tau: number;
}

/** The users that the objective is about: with clicks, but of no target, and not so few items that every list holds all. */
export function winnable(
  interactions: InteractionMatrix,
  targets: Int32Array,
  theta: Float64Array,
): Int32Array {
  return Int32Array.from({ length: interactions.users }, (_, user) => user).filter(
    (user) =>
      interactions.row(user).length > 0 &&
      Number.isFinite(theta[user]) &&
      !targets.some((target) => interactions.has(user, target)),
  );
}

export interface ObjectiveValue {
  readonly value: number;
  /** share of these users with any target above theta: the same without the smoothing */
  readonly reached: number;
}

/**
 * J, and its derivative with respect to the scores.
 *
 * @param scores users x width; the columns of one lambda are its targets in order
 * @param cotangents dJ/dscores, users x width, overwritten
 * @example objective({ scores, width: 4, targets: 2, users, thresholds: [{ theta, tau: 0.01 }], cotangents }).value
 */
export function objective({
  scores,
  width,
  targets,
  users,
  thresholds,
  cotangents,
}: {
  readonly scores: FloatArray;
  readonly width: number;
  readonly targets: number;
  readonly users: Int32Array;
  readonly thresholds: readonly Thresholds[];
  readonly cotangents: FloatArray;
}): ObjectiveValue {
  cotangents.fill(0);
  const share = 1 / (users.length * thresholds.length);
  const sigmoids = new Float64Array(targets);
  let value = 0;
  let reached = 0;
  for (const user of users)
    thresholds.forEach(({ theta, tau }, l) => {
      const first = user * width + l * targets;
      let missed = 1;
      let above = false;
      for (let t = 0; t < targets; t++) {
        const margin = scores[first + t] - theta[user];
        above ||= margin > 0;
        sigmoids[t] = 1 / (1 + Math.exp(-margin / tau));
        missed *= 1 - sigmoids[t];
      }
      value += share * (1 - missed);
      if (above) reached += share;
      for (let t = 0; t < targets; t++) cotangents[first + t] = (share * missed * sigmoids[t]) / tau;
    });
  return { value, reached };
}
