/** Detectors against labels: who is fake is known here, and to no detector. */

import type { InteractionMatrix } from '../data/interactions.js';
import type { DetectorResult } from '../detectors/run-detector.js';
import { measureDetection } from '../metrics/index.js';
import type { LabelReport } from './types.js';

export interface LabelledRows {
  /** by row: true fake, false honest, undefined not known */
  readonly fake: ReadonlyMap<number, boolean>;
  /** rows of known fakes that detectors were told */
  readonly told: ReadonlySet<number>;
}

/**
 * Users without a label, and known fakes that a detector was told, count in no measure.
 *
 * @param removal rows on the removal list; null where there is none
 * @throws RecauditError `data` where no fake or no honest user is left
 */
export function labelReport(
  results: readonly DetectorResult[],
  interactions: InteractionMatrix,
  { fake, told }: LabelledRows,
  removal: readonly number[] | null,
): LabelReport {
  const sizes = interactions.userDegrees();
  const isFake = (user: number) => fake.get(user) === true;
  const among = (user: number) => fake.has(user) && !told.has(user);
  const labels = [...fake.values()];
  const flagged = removal ?? [];
  return {
    fake: labels.filter((label) => label).length,
    honest: labels.filter((label) => !label).length,
    unlabelled: interactions.users - fake.size,
    told: told.size,
    measures: results.map(({ detector, floor, scores }) => ({
      detector,
      floor,
      ...measureDetection(scores, isFake, { sizes, among }),
    })),
    removal:
      removal === null
        ? null
        : {
            flagged: flagged.length,
            fake: flagged.filter(isFake).length,
            honest: flagged.filter((user) => fake.get(user) === false).length,
            unlabelled: flagged.filter((user) => !fake.has(user)).length,
          },
  };
}
