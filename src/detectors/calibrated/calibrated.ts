/**
 * `calibrated`: attacks are simulated in the file itself, and what they look like there is looked for: first in users, then in the
 * audiences of items, then in users again. docs/detection.md has the method and what it was measured to do.
 *
 * Nobody tells it who is fake or how many are. What it promises is how many items of a clean file look pushed.
 */

import { interrupted, RecauditError } from '../../errors.js';
import { validateOptions } from '../../options.js';
import type { Findings } from '../findings.js';
import type { DetectionRequest, Detector, InspectionRequest } from '../types.js';
import { type Detection, detect, isTooSmall, LOOKS } from './detection.js';
import { casesOf, itemFindings, removalList } from './findings/items.js';
import { powerOf } from './findings/power.js';
import { userFindings } from './findings/users.js';
import { MOST_HONEST } from './model/user-model.js';
import { CALIBRATED_DEFAULTS, CALIBRATED_OPTIONS, type CalibratedOptions } from './options.js';
import { MOST_KNOWN_USERS } from './simulation/crafted.js';
import { FAMILIES } from './simulation/families.js';
import type { Family } from './simulation/family.js';

const REVIEW = 60;

/** @throws RecauditError('config') for a family that there is not, or where none is left */
function familiesWithout(leaveOut: string): readonly Family[] {
  const names = leaveOut
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'none');
  const known = FAMILIES.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  const left = FAMILIES.filter(({ name }) => !names.includes(name));
  if (unknown !== undefined || left.length === 0)
    throw new RecauditError(
      'config',
      `calibrated, leaveOut: expected none, or some but not all of ${known.join(', ')}, got "${leaveOut}". Leave out fewer, or correct the name.`,
    );
  return left;
}

/** Of the attacks that are crafted for one simulation, with all the users that they are told of: docs/detection.md. */
const CRAFT_SECONDS = 8;
/** Of the models that one look fits, with all the users that they learn from: docs/detection.md. */
const LOOK_SECONDS = 2;

/** @throws RecauditError('numeric') where a score is not finite */
function checkFinite(scores: Float64Array): Float64Array {
  const wrong = scores.findIndex((score) => !Number.isFinite(score));
  if (wrong >= 0)
    throw new RecauditError(
      'numeric',
      `detector calibrated: expected a finite score of user row ${wrong}, got ${scores[wrong]}. Please report the data.`,
    );
  return scores;
}

/** null where the file is too small. */
async function detected({
  interactions,
  options,
  seed,
  context,
}: DetectionRequest<CalibratedOptions>): Promise<{
  families: readonly Family[];
  detection: Detection | null;
}> {
  validateOptions('calibrated', CALIBRATED_OPTIONS, options);
  const families = familiesWithout(options.leaveOut);
  if (context.signal?.aborted) throw interrupted('detector calibrated');
  if (isTooSmall(interactions)) return { families, detection: null };
  const detection = await detect(interactions, families, options.expectedFalseItems, seed, context);
  checkFinite(detection.scores);
  return { families, detection };
}

function nothingTested(users: number, expectedFalseItems: number): Findings {
  return {
    verdict: 'too-small',
    testedItems: 0,
    expectedFalseItems,
    threshold: null,
    scores: new Array(users).fill(0),
    items: [],
    cases: [],
    removal: [],
    users: [],
    power: [],
    smallestSeen: null,
  };
}

/**
 * @example
 * const { verdict, cases, removal } = await calibrated.inspect({ interactions, options: calibrated.defaults, seed: SeedKey.root(1), context: { kernels } });
 */
export const calibrated: Detector<CalibratedOptions> &
  Required<Pick<Detector<CalibratedOptions>, 'inspect'>> = {
  name: 'calibrated',
  title: 'compared with attacks that are simulated in the file itself: items first, then users',
  source: 'docs/detection.md',
  version: 3,
  options: CALIBRATED_OPTIONS,
  defaults: CALIBRATED_DEFAULTS,
  presets: {},
  cost: ({ users, items, interactions, squares }) => {
    const byUser = squares?.users ?? (3 * interactions ** 2) / Math.max(1, users);
    const byItem = squares?.items ?? (5 * interactions ** 2) / Math.max(1, items);
    const directions = 74;
    const crafted = 2 * CRAFT_SECONDS * Math.min(1, users / MOST_KNOWN_USERS);
    const looks = LOOKS * (LOOK_SECONDS * Math.min(1, users / MOST_HONEST) + (20 * byUser) / 1e9);
    return {
      operations: 3 * (4 * byUser + 3 * byItem + 20 * interactions * directions) + 1,
      bytes: 8 * users + 400 * users + 8 * directions * (users + items) + 300 * interactions,
      plainSeconds: (3 * (6 * byUser + 4 * byItem)) / 1e9 + 4 + crafted + looks,
    };
  },
  async score(request) {
    const { detection } = await detected(request);
    return detection === null ? new Float64Array(request.interactions.users) : detection.scores;
  },
  async inspect(request: InspectionRequest<CalibratedOptions>): Promise<Findings> {
    const { families, detection } = await detected(request);
    const { expectedFalseItems } = request.options;
    if (detection === null) return nothingTested(request.interactions.users, expectedFalseItems);
    const { review = REVIEW, seed } = request;
    const items = itemFindings(detection, review);
    const removal = removalList(detection, items);
    return {
      verdict: items.some(({ alarmed }) => alarmed) ? 'items-look-pushed' : 'nothing-found',
      testedItems: detection.items.filter(Number.isFinite).length,
      expectedFalseItems,
      threshold: detection.threshold,
      scores: Array.from(detection.scores),
      items,
      cases: casesOf(detection, items, removal),
      removal,
      users: userFindings(detection, families, removal, review),
      ...powerOf(detection, families, seed.child('power').stream()),
    };
  },
};
