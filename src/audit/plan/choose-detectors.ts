/** From the detectors that an audit is asked for to complete ones. */

import type { DetectorRegistry } from '../../detectors/registry.js';
import { type DetectorChoice, namedDetectors } from '../../detectors/run-detector.js';
import { RecauditError } from '../../errors.js';
import type { DetectorConfig } from '../detection-types.js';

export interface DetectionChoices {
  /** which detectors look at what each attack and control injects: names, each with a preset or without; default none */
  readonly detectors?: readonly (string | DetectorChoice)[] | undefined;
  /** items that a detector may alarm in data without fakes, on average; default its own */
  readonly expectedFalseItems?: number | undefined;
}

const refuse = (flag: string, expected: string, got: string, todo: string) =>
  new RecauditError('config', `${flag}: expected ${expected}, got ${got}. ${todo}`);

/**
 * @throws RecauditError `config` for an unknown or repeated detector, for one that starts from known fakes, and for a number of false
 *   items that no detector takes
 * @example chooseDetectors({ detectors: ['calibrated', 'click-count'] }, DETECTORS)
 */
export function chooseDetectors(
  { detectors = [], expectedFalseItems }: DetectionChoices,
  registry: DetectorRegistry,
): DetectorConfig[] {
  const chosen = namedDetectors(detectors, expectedFalseItems, registry);
  const needy = chosen.find(({ member }) => member.needs === 'knownFakes');
  if (needy !== undefined)
    throw refuse(
      '--detector',
      'detectors that are told nothing of who is fake',
      `${needy.member.name}, which starts from known fakes`,
      'Leave it out; recaudit detect takes it',
    );
  const takes = chosen.some(({ member }) => Object.hasOwn(member.options, 'expectedFalseItems'));
  if (expectedFalseItems !== undefined && !takes)
    throw refuse(
      '--expected-false-items',
      'a detector that has such an option',
      chosen.map(({ member }) => member.name).join(', ') || 'no detector',
      'Add --detector calibrated, or leave it out',
    );
  return chosen.map(({ member, options }) => ({ name: member.name, options }));
}
