/** Recommenders by name. What it is not: it sets no options; `defaults` of each recommender does. */

import { RecauditError } from '../errors.js';
import type { Recommender } from './types.js';
import { wrmf } from './wrmf.js';

/** A recommender whose options the caller has checked. */
export type AnyRecommender = Recommender<object>;

export type RecommenderRegistry = Readonly<Record<string, AnyRecommender>>;

export const RECOMMENDERS: RecommenderRegistry = { wrmf: wrmf as unknown as AnyRecommender };

/** @throws RecauditError('config') on an unknown name @example recommenderNamed('wrmf').version */
export function recommenderNamed(name: string, registry: RecommenderRegistry = RECOMMENDERS): AnyRecommender {
  if (Object.hasOwn(registry, name)) return registry[name];
  throw new RecauditError(
    'config',
    `recommender: expected one of ${Object.keys(registry).join(', ')}, got "${name}". Choose one of these.`,
  );
}
