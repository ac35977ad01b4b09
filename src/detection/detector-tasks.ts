/** From the choices of `detect` to one task a detector. */

import type { DetectorRegistry } from '../detectors/registry.js';
import { type DetectorTask, namedDetectors } from '../detectors/run-detector.js';
import { RecauditError } from '../errors.js';

export interface DetectorChoices {
  /** names, each with a preset or without; default `calibrated`, and `known-fakes` where some are known */
  readonly detectors?: readonly string[] | undefined;
  /** of a detector that looks at items; default 0.2 */
  readonly expectedFalseItems?: number | undefined;
  /** default 20 */
  readonly review?: number | undefined;
  /** default 1 */
  readonly seed?: number | undefined;
}

const REVIEW = 20;

const refuse = (flag: string, expected: string, got: string, remedy: string) =>
  new RecauditError('config', `${flag}: expected ${expected}, got ${got}. ${remedy}`);

/**
 * The tasks of a detection, in the order of the names. What can be told before the data are read is told here.
 *
 * @param knownFakes rows of known fakes, ascending; how many are known is all that matters before the data are read
 * @throws RecauditError `config` for an unknown or repeated detector, or for known fakes that are needed and missing, or given in vain
 * @example detectorTasks({ detectors: ['calibrated', 'random'] }, [], DETECTORS)
 */
export function detectorTasks(
  { detectors, expectedFalseItems, review = REVIEW, seed = 1 }: DetectorChoices,
  knownFakes: readonly number[],
  registry: DetectorRegistry,
): DetectorTask[] {
  const names = detectors ?? ['calibrated', ...(knownFakes.length > 0 ? ['known-fakes'] : [])];
  const chosen = namedDetectors(names, expectedFalseItems, registry);
  const needy = chosen.find(({ member }) => member.needs === 'knownFakes');
  if (needy !== undefined && knownFakes.length === 0)
    throw refuse(
      '--known-fakes',
      `users known to be fake, which ${needy.member.name} starts from`,
      'none',
      'Add --known-fakes FILE, or leave that detector out.',
    );
  if (needy === undefined && knownFakes.length > 0)
    throw refuse(
      '--detector',
      'a detector that starts from known fakes, as --known-fakes is given',
      names.join(', '),
      'Add known-fakes, or leave --known-fakes out.',
    );
  return chosen.map(({ member, options }) => ({
    detector: member.name,
    options,
    seed,
    review,
    knownFakes: member.needs === 'knownFakes' ? knownFakes : [],
  }));
}
