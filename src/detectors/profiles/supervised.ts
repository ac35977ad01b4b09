/**
 * `supervised`: a classifier of profile features that has seen one kind of attack.
 *
 *     score(u) = w . features(u) + b         logistic regression: simulated fakes of one family against the users of the file
 *
 * Features are those of features.ts. Fakes of the family `trainedOn` are put into the file and learned from; the users of the file count
 * as honest. Or it learns from users whose labels the caller gives (`labels`). It never sees the labels of what it scores.
 *
 * What it says of another attack than the one it has seen is the question that it answers: docs/detectors.md has each family against
 * each. With features of one kind of data, labels of another kind teach nothing.
 */

import { RecauditError } from '../../errors.js';
import { defaultsOf, type OptionTable } from '../../options.js';
import { type Step, startScoring } from '../scoring.js';
import type { DetectionRequest, Detector } from '../types.js';
import { FAMILIES, type Family, simulate } from './families.js';
import { FEATURES, featureCost, profileFeatures } from './features.js';
import { fitLogistic } from './logistic.js';

export interface SupervisedOptions {
  readonly trainedOn: Family | 'labels';
  /** simulated fake users */
  readonly fakes: number;
  readonly targets: number;
  readonly l2: number;
}

const SUPERVISED_OPTIONS: OptionTable<SupervisedOptions> = {
  trainedOn: {
    type: 'choice',
    default: 'bandwagon',
    choices: [...FAMILIES, 'labels'],
    help: 'the family of simulated fakes that it learns from; labels: users whose label the caller gives',
  },
  fakes: { type: 'integer', default: 200, min: 2, max: 100_000, unit: 'users', help: 'simulated fakes' },
  targets: { type: 'integer', default: 5, min: 1, max: 1000, unit: 'items', help: 'items that they push' },
  l2: { type: 'number', default: 0.003, above: 0, help: 'weight of the squared norm of the coefficients' },
};

/** @example await supervised.score({ interactions, options: { ...supervised.defaults, trainedOn: 'random' }, seed, context }) */
export const supervised: Detector<SupervisedOptions> = {
  name: 'supervised',
  title: 'a classifier of profiles that has seen one kind of attack',
  source:
    'Burke, Mobasher, Williams, Bhaumik: Classification Features for Attack Detection in Collaborative Recommender Systems, KDD 2006',
  version: 1,
  options: SUPERVISED_OPTIONS,
  defaults: defaultsOf(SUPERVISED_OPTIONS),
  presets: Object.fromEntries(FAMILIES.map((family) => [family, { trainedOn: family }])),
  cost(shape, { fakes }) {
    const { operations, bytes } = featureCost({ ...shape, users: shape.users + fakes });
    // Labelled users are taken to be as many again.
    return {
      operations: 2 * operations + 5000 * (shape.users + fakes),
      bytes: 2 * bytes + 16 * shape.interactions,
    };
  },
  async score(request) {
    const step = startScoring('supervised', SUPERVISED_OPTIONS, request);
    const { interactions, options } = request;
    const learned =
      options.trainedOn === 'labels'
        ? await labelledLesson(request, step)
        : await simulatedLesson(request, step);
    if (learned === null) return new Float64Array(interactions.users);
    const { table, fake, scored } = learned;
    return fitLogistic(table, FEATURES.length, fake, options.l2).logits(scored);
  },
};

/** Features to learn from, their labels, and the features that are scored. */
interface Lesson {
  readonly table: Float64Array;
  readonly fake: Uint8Array;
  readonly scored: Float64Array;
}

const refusal = (expected: string, got: string, todo: string) =>
  new RecauditError('config', `supervised, labels: expected ${expected}, got ${got}. ${todo}`);

/** Users are scored as they look beside the simulated fakes, as they were learned from; null where there is nothing to simulate with. */
async function simulatedLesson(
  { interactions, labelled, options, seed }: DetectionRequest<SupervisedOptions>,
  step: Step,
): Promise<Lesson | null> {
  if (labelled !== undefined)
    throw refusal('none where it learns from simulated fakes', 'some', 'Set trainedOn to labels.');
  const family = options.trainedOn as Family;
  const { profiles } = simulate(interactions, family, options, seed.child('supervised').child(family));
  if (profiles.length === 0) return null;
  const { users } = interactions;
  const table = await profileFeatures(interactions.appendRows(profiles), step);
  const fake = new Uint8Array(users + profiles.length).fill(1, users);
  return { table, fake, scored: table.slice(0, users * FEATURES.length) };
}

async function labelledLesson(
  { interactions, labelled }: DetectionRequest<SupervisedOptions>,
  step: Step,
): Promise<Lesson> {
  if (labelled === undefined)
    throw refusal('labelled users', 'none', 'Give some, or choose a simulated family.');
  const { interactions: taught, fake } = labelled;
  if (fake.length !== taught.users)
    throw refusal(`${taught.users} labels`, `${fake.length}`, 'Give one a user.');
  if (!fake.includes(0) || !fake.includes(1))
    throw refusal('honest and fake users', 'one kind', 'Give some of both.');
  return {
    table: await profileFeatures(taught, step),
    fake: fake.map((label) => (label === 0 ? 0 : 1)),
    scored: await profileFeatures(interactions, step),
  };
}
