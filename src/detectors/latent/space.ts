/** Users as points of a recommender that is trained on the data as they are. What it is not: a detector; it judges no point. */

import type { TrainingShape } from '../../compute.js';
import { RecauditError } from '../../errors.js';
import type { ChoiceSpec } from '../../options.js';
import { RECOMMENDERS, recommenderNamed } from '../../recommenders/registry.js';
import type { DetectionRequest } from '../types.js';

/** Recommenders that learn a point a user. */
export const SPACES = ['wrmf', 'wrmf-als', 'mult-vae', 'light-gcn', 'bpr-mf', 'cml'] as const;
export type SpaceName = (typeof SPACES)[number];

export interface SpaceOptions {
  readonly recommender: SpaceName;
  /** its options: the defaults, or its preset for small data */
  readonly data: 'interactions' | 'synthetic';
}

export const SPACE_OPTIONS: { recommender: ChoiceSpec<SpaceName>; data: ChoiceSpec<SpaceOptions['data']> } = {
  recommender: {
    type: 'choice',
    default: 'wrmf',
    choices: SPACES,
    help: 'whose space of users it looks at; trained with its defaults',
  },
  data: {
    type: 'choice',
    default: 'interactions',
    choices: ['interactions', 'synthetic'],
    help: 'synthetic: the recommender is trained with its preset for small data',
  },
};

export interface UserPoints {
  readonly users: number;
  readonly dimensions: number;
  /** users x dimensions */
  readonly points: Float32Array;
}

function optionsIn({ recommender, data }: SpaceOptions): object {
  const { defaults, presets } = RECOMMENDERS[recommender];
  return { ...defaults, ...(data === 'synthetic' && presets.synthetic) };
}

/** Operations and bytes of training. */
export function spaceCost(shape: TrainingShape, options: SpaceOptions) {
  const { operations, bytes } = RECOMMENDERS[options.recommender].fitCost(shape, optionsIn(options));
  return { operations, bytes };
}

/**
 * Points of all users. The recommender is trained on every row; data without users, items or clicks have no points.
 *
 * @throws RecauditError whatever training throws: `numeric` where it diverges, `interrupted`
 * @example const { points, dimensions } = await userPoints('latent-density', request);
 */
export async function userPoints(
  detector: string,
  { interactions, options, seed, context }: DetectionRequest<SpaceOptions>,
): Promise<UserPoints> {
  const { users, nonZeros } = interactions;
  if (nonZeros === 0) return { users, dimensions: 0, points: new Float32Array(0) };
  const model = recommenderNamed(options.recommender);
  const fitted = await model.fit(
    interactions,
    optionsIn(options),
    seed.child(detector).child('space'),
    context,
  );
  try {
    const everyone = Int32Array.from({ length: users }, (_, user) => user);
    const found = fitted.points?.(everyone, new Int32Array(0));
    if (found === undefined)
      throw new RecauditError(
        'config',
        `${detector}, recommender: expected one with points of users, got ${options.recommender}. Choose one of ${SPACES.join(', ')}.`,
      );
    return { users, dimensions: found.dimensions, points: found.users };
  } finally {
    fitted.dispose();
  }
}
