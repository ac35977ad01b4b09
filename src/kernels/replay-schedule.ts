/**
 * What Adam's steps of gradient 0 have in common, step by step, for the replay kernel (`assembly/replay.ts` derives the
 * sums). What it is not: it knows no row and no parameter.
 */

import { RecauditError } from '../errors.js';
import type { ReplaySchedule, RowAdamConstants, RowGroups } from './row-types.js';

/** Numbers of one step. */
export const REPLAY_NUMBERS = 7;

/** Replayed steps after which what is left of a movement is under 2^-30 of it, times at most about 10 in early steps. */
export function replayReach({ beta1, beta2 }: RowAdamConstants): number {
  return Math.ceil((30 * Math.LN2) / -Math.log(beta1 / Math.sqrt(beta2)));
}

/**
 * Writes, for t = 0 .. steps: sums over d >= 1 of a_d, a_d e_d and a_d e_d^2 (with last step t); b1^t; b2^t;
 * lr h(t) / (1 - b1^t); eps h(t); where h(t) = sqrt(1 - b2^t),
 * a_d = lr h(t+d) / (1 - b1^(t+d)) (b1 / sqrt(b2))^d and e_d = eps h(t+d) / b2^(d/2).
 *
 * The sums obey S(t) = c (g(t+1) + S(t+1)), c the ratio of their powers, and are made from the far end.
 *
 * @param out (steps + 1) x 7
 * @throws RecauditError `config` where the sums do not converge or epsilon is 0
 */
export function fillReplaySchedule(constants: RowAdamConstants, steps: number, out: Float64Array): void {
  const { learningRate, beta1, beta2, epsilon } = constants;
  const ratios = [0.5, 1, 1.5].map((power) => beta1 / beta2 ** power);
  if (!(ratios[2] < 1 && beta1 > 0 && epsilon > 0))
    throw new RecauditError(
      'config',
      `replayed Adam: expected 0 < beta1 < beta2^1.5 and epsilon > 0, got ${beta1}, ${beta2}, ${epsilon}. Use dense Adam.`,
    );
  const sums = [0, 0, 0];
  const far = steps + Math.ceil(40 / -Math.log(ratios[2]));
  for (let t = far; t >= 0; t--) {
    const root = Math.sqrt(1 - beta2 ** t);
    const rate = t === 0 ? 0 : (learningRate * root) / (1 - beta1 ** t);
    if (t <= steps) out.set([...sums, beta1 ** t, beta2 ** t, rate, epsilon * root], t * REPLAY_NUMBERS);
    for (let i = 0; i < 3; i++) sums[i] = ratios[i] * (rate * (epsilon * root) ** i + sums[i]);
  }
}

/**
 * Replay goes forward only: a row that is ahead of `step` would keep a state that no step has.
 *
 * @throws RecauditError `internal` for such a row, or a step that the schedule does not reach
 */
export function requireReplayable(
  lastSteps: Int32Array,
  { count, rows }: Pick<RowGroups, 'count' | 'rows'>,
  schedule: ReplaySchedule,
  step: number,
): void {
  if (step > schedule.steps)
    throw new RecauditError(
      'internal',
      `adamReplay: expected a step of at most ${schedule.steps}, the schedule's, got ${step}`,
    );
  for (let k = 0; k < count; k++) {
    if (lastSteps[rows[k]] <= step) continue;
    const ahead = `row ${rows[k]} is at step ${lastSteps[rows[k]]}`;
    throw new RecauditError(
      'internal',
      `adamReplay: expected a step no row is ahead of, got ${step}: ${ahead}`,
    );
  }
}
