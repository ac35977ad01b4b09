/** Fig. 3: L_adv, and HR@10 of the target and of the test items, over outer iterations of the exact attack on WRMF. */

import { type CellValues, cellOf, type Results } from '../cells.js';
import { SYNTHETIC_EPOCHS, unrolling } from '../methods.js';

export interface CourseStep {
  readonly step: number;
  readonly adversarialLoss: number;
  /** HR@10 of the target on the surrogate, over all real users */
  readonly targetHr: number;
  /** HR@10 of the held-out items on the same surrogate */
  readonly testHr: number | null;
}

export interface Course {
  readonly seed: number;
  /** the step whose profiles were kept: the best target HR */
  readonly keptStep: number;
  readonly steps: readonly CourseStep[];
}

export interface Fig3 {
  readonly courses: readonly Course[];
  /** of each seed, at the first and the last step */
  readonly lossFirst: CellValues;
  readonly lossLast: CellValues;
  readonly targetFirst: CellValues;
  readonly targetLast: CellValues;
  readonly targetBest: CellValues;
  readonly testFirst: CellValues;
  readonly testLast: CellValues;
}

function courseOf(results: Results, seed: number): Course | null {
  const method = unrolling('wrmf', SYNTHETIC_EPOCHS).id;
  const found = results.profiles({ data: 'synthetic', method, role: 'attack', set: 'target', seed });
  if (found === undefined) return null;
  const steps = found.history.map(({ step, adversarialLoss, selectionHitRatio, testHitRatio }) => ({
    step,
    adversarialLoss,
    targetHr: selectionHitRatio,
    testHr: testHitRatio ?? null,
  }));
  return { seed, keptStep: found.keptStep ?? 0, steps };
}

/** @param seeds of the synthetic data; a seed without a result leaves gaps */
export function fig3(results: Results, seeds: readonly number[]): Fig3 {
  const courses = seeds.map((seed) => courseOf(results, seed));
  const at = (pick: (course: Course) => number | null | undefined) =>
    cellOf(courses.map((course) => (course === null ? null : (pick(course) ?? null))));
  return {
    courses: courses.filter((course) => course !== null),
    lossFirst: at(({ steps }) => steps.at(0)?.adversarialLoss),
    lossLast: at(({ steps }) => steps.at(-1)?.adversarialLoss),
    targetFirst: at(({ steps }) => steps.at(0)?.targetHr),
    targetLast: at(({ steps }) => steps.at(-1)?.targetHr),
    targetBest: at(({ steps, keptStep }) => steps[keptStep]?.targetHr),
    testFirst: at(({ steps }) => steps.at(0)?.testHr),
    testLast: at(({ steps }) => steps.at(-1)?.testHr),
  };
}
