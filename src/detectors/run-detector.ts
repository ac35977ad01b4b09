/**
 * One detector on one matrix of interactions: what `detect` runs on a file, and an audit on poisoned data. What it is not: it knows no
 * label, and measures nothing (`metrics/detection.ts`).
 */

import type { ComputeContext } from '../compute.js';
import type { InteractionMatrix } from '../data/interactions.js';
import type { Originals } from '../data/originals.js';
import { optionsOf } from '../described.js';
import { RecauditError } from '../errors.js';
import { SeedKey } from '../rng.js';
import type { Findings } from './findings.js';
import { type AnyDetector, type DetectorRegistry, detectorNamed } from './registry.js';

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

/** A detector that was asked for. */
export interface NamedDetector {
  readonly member: AnyDetector;
  /** complete */
  readonly options: object;
}

/** A detector with changes of its options. */
export interface DetectorChoice {
  /** with a preset or without: `supervised:random` */
  readonly name: string;
  readonly options?: object;
}

function memberOf(text: string, registry: DetectorRegistry): [AnyDetector, string | null] {
  const colon = text.indexOf(':');
  const name = colon < 0 ? text : text.slice(0, colon);
  return [detectorNamed(name, registry), colon < 0 ? null : text.slice(colon + 1)];
}

/**
 * Detectors by name, with a preset or without, in the order of the choices.
 *
 * @param expectedFalseItems for those that have such an option; default their own
 * @throws RecauditError `config` for an unknown name or preset, or a detector that is there twice
 * @example namedDetectors(['calibrated', 'supervised:random'], undefined, DETECTORS).map(({ member }) => member.name)
 */
export function namedDetectors(
  choices: readonly (string | DetectorChoice)[],
  expectedFalseItems: number | undefined,
  registry: DetectorRegistry,
): NamedDetector[] {
  const chosen = choices.map((choice) => {
    const { name, options = {} } = typeof choice === 'string' ? { name: choice } : choice;
    const [member, preset] = memberOf(name, registry);
    return { member, preset, options };
  });
  const twice = chosen.find(({ member }, n) => chosen.findIndex((other) => other.member === member) !== n);
  if (twice !== undefined)
    throw new RecauditError(
      'config',
      `--detector: expected each detector once, got ${twice.member.name} twice. Leave one out.`,
    );
  return chosen.map(({ member, preset, options }) => {
    const falseItems =
      expectedFalseItems !== undefined && Object.hasOwn(member.options, 'expectedFalseItems')
        ? { expectedFalseItems }
        : {};
    return { member, options: optionsOf<object>(member, { ...falseItems, ...options }, preset) };
  });
}

/** Whether any of the detectors reads ratings, timestamps or ids. */
export function readsOriginals(names: readonly string[], registry: DetectorRegistry): boolean {
  return names.some((name) => detectorNamed(name, registry).reads === 'originals');
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
