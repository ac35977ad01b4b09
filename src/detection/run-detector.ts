/** One detector on one file: what a task of the command line and the library's call both run. */

import type { ComputeContext } from '../compute.js';
import type { InteractionMatrix } from '../data/interactions.js';
import type { Originals } from '../data/originals.js';
import { optionsOf } from '../described.js';
import type { Findings } from '../detectors/findings.js';
import { type AnyDetector, type DetectorRegistry, detectorNamed } from '../detectors/registry.js';
import { RecauditError } from '../errors.js';
import { SeedKey } from '../rng.js';

/** All that the result of a detector depends on beside the data. Plain data. */
export interface DetectorTask {
  readonly detector: string;
  readonly options: object;
  readonly seed: number;
  /** users and items to describe beside those that are acted on */
  readonly review: number;
  /** rows, ascending; empty for a detector that needs none */
  readonly knownFakes: readonly number[];
}

/** How often honest users have scores as high as these. Plain data. */
export interface ScoreRates {
  /** by row: the estimated share of honest users with a score at least as high, and an upper bound of it */
  readonly falsePositiveRate: readonly number[];
  readonly upperBound: readonly number[];
  /** share of the known fakes that the others find at each rate of `TOLD_RATES`; null where that cannot be said */
  readonly recallOfKnown: readonly (number | null)[];
  /** rows of the known fakes */
  readonly known: readonly number[];
}

/** False-positive rates at which a list is counted. */
export const TOLD_RATES = [0.01, 0.001] as const;

/** What a detector gave. Plain data. */
export interface DetectorResult {
  readonly detector: string;
  readonly floor: boolean;
  /** one a user, by row; higher is more suspicious */
  readonly scores: readonly number[];
  /** null for a detector that cannot estimate them */
  readonly rates: ScoreRates | null;
  /** null for a detector that gives scores alone */
  readonly findings: Omit<Findings, 'scores'> | null;
}

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

function memberOf(text: string, registry: DetectorRegistry): [AnyDetector, string | null] {
  const colon = text.indexOf(':');
  const name = colon < 0 ? text : text.slice(0, colon);
  return [detectorNamed(name, registry), colon < 0 ? null : text.slice(colon + 1)];
}

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
  const chosen = names.map((text) => memberOf(text, registry));
  const twice = chosen.find(([one], n) => chosen.findIndex(([other]) => other === one) !== n);
  if (twice !== undefined)
    throw refuse('--detector', 'each detector once', `${twice[0].name} twice`, 'Leave one out.');
  const needy = chosen.find(([{ needs }]) => needs === 'knownFakes');
  if (needy !== undefined && knownFakes.length === 0)
    throw refuse(
      '--known-fakes',
      `users known to be fake, which ${needy[0].name} starts from`,
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
  return chosen.map(([member, preset]) => {
    const given =
      expectedFalseItems !== undefined && Object.hasOwn(member.options, 'expectedFalseItems')
        ? { expectedFalseItems }
        : {};
    return {
      detector: member.name,
      options: optionsOf<object>(member, given, preset),
      seed,
      review,
      knownFakes: member.needs === 'knownFakes' ? knownFakes : [],
    };
  });
}

/** Whether any task reads ratings, timestamps or ids. */
export function readsOriginals(tasks: readonly DetectorTask[], registry: DetectorRegistry): boolean {
  return tasks.some(({ detector }) => detectorNamed(detector, registry).reads === 'originals');
}

/**
 * @throws RecauditError what the detector throws; `numeric` where a score is not finite, or there is not one a user
 * @example const { findings } = await runDetector(task, { interactions }, context, DETECTORS);
 */
export async function runDetector(
  { detector, options, seed, review, knownFakes }: DetectorTask,
  { interactions, originals }: { interactions: InteractionMatrix; originals?: Originals | undefined },
  context: ComputeContext,
  registry: DetectorRegistry,
): Promise<DetectorResult> {
  const member = detectorNamed(detector, registry);
  const request = {
    interactions,
    ...(member.reads === 'originals' && originals !== undefined && { originals }),
    ...(member.needs === 'knownFakes' && { knownFakes }),
    options,
    seed: SeedKey.root(seed).child('detect').child(detector),
    context,
    review,
  };
  const found = await member.inspect?.(request);
  const rated = found === undefined ? await member.rated?.(request) : undefined;
  const scores = found?.scores ?? Array.from(rated?.scores ?? (await member.score(request)));
  const wrong = scores.findIndex((score) => !Number.isFinite(score));
  if (wrong >= 0 || scores.length !== interactions.users)
    throw new RecauditError(
      'numeric',
      `detector ${detector}: expected a finite score for each of ${interactions.users} users, got ${wrong >= 0 ? scores[wrong] : `${scores.length} scores`}. Correct the detector.`,
    );
  const floor = member.kind === 'floor';
  const rates: ScoreRates | null = rated
    ? {
        falsePositiveRate: Array.from(rated.falsePositiveRate),
        upperBound: Array.from(rated.upperBound),
        recallOfKnown: TOLD_RATES.map((rate) => rated.recallOfKnown(rate)),
        known: knownFakes,
      }
    : null;
  if (found === undefined) return { detector, floor, scores, rates, findings: null };
  const { scores: _, ...findings } = found;
  return { detector, floor, scores, rates, findings };
}
