/** Defences by name. What it is not: it sets no options; each defence's table does. */

import { memberNamed, type Registry } from '../described.js';
import {
  type AnyRecommender,
  RECOMMENDERS,
  type RecommenderRegistry,
  recommenderNamed,
} from '../recommenders/registry.js';
import { clickCap } from './click-cap.js';
import type { Defence } from './types.js';

/** A defence that checks its options itself. */
export type AnyDefence = Defence<object>;

export type DefenceRegistry = Registry<AnyDefence>;

export const DEFENCES: DefenceRegistry = { 'click-cap': clickCap as unknown as AnyDefence };

/** @throws RecauditError('config') on an unknown name @example defenceNamed('click-cap').dataSide */
export function defenceNamed(name: string, registry: DefenceRegistry = DEFENCES): AnyDefence {
  return memberNamed('defence', name, registry);
}

/**
 * A victim by its whole name: a recommender, and each defence after a `+`, with its default options. Other options of a defence are
 * options of the defended victim, so the name is enough to find what fits it, in any thread.
 *
 * @throws RecauditError('config') on an unknown recommender or defence, or a defence named twice
 * @example defendedNamed('wrmf+click-cap').defaults // { factors: 128, ..., 'click-cap.clicks': 50 }
 */
export function defendedNamed(
  name: string,
  recommenders: RecommenderRegistry = RECOMMENDERS,
  defences: DefenceRegistry = DEFENCES,
): AnyRecommender {
  if (Object.hasOwn(recommenders, name)) return recommenders[name];
  const [victim, ...added] = name.split('+');
  return added.reduce(
    (defended, defence) => {
      const member = defenceNamed(defence, defences);
      return member.protect(defended, member.defaults);
    },
    recommenderNamed(victim, recommenders),
  );
}
