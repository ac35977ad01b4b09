/** Recommenders by name. What it is not: it sets no options; each recommender's table does. */

import { memberNamed, type Registry } from '../described.js';
import { RecauditError } from '../errors.js';
import { bprMf } from './bpr-mf/bpr-mf.js';
import { cml } from './cml.js';
import { ease } from './ease/ease.js';
import { itemAe } from './item-ae/item-ae.js';
import { itemCf } from './item-cf.js';
import { lightGcn } from './light-gcn/light-gcn.js';
import { multVae } from './mult-vae/mult-vae.js';
import { ncf } from './ncf/ncf.js';
import { popularity } from './popularity.js';
import type { SurrogateSupport } from './surrogate-types.js';
import type { Recommender } from './types.js';
import { userKnn } from './user-knn.js';
import { wrmf } from './wrmf/wrmf.js';
import { wrmfAls } from './wrmf-als/wrmf-als.js';

/** A recommender whose options the caller has checked. */
export type AnyRecommender = Recommender<object>;

export type RecommenderRegistry = Registry<AnyRecommender>;

export const RECOMMENDERS: RecommenderRegistry = {
  wrmf: wrmf as unknown as AnyRecommender,
  'wrmf-als': wrmfAls as unknown as AnyRecommender,
  'item-cf': itemCf as unknown as AnyRecommender,
  'user-knn': userKnn as unknown as AnyRecommender,
  ease: ease as unknown as AnyRecommender,
  popularity: popularity as unknown as AnyRecommender,
  'item-ae': itemAe as unknown as AnyRecommender,
  'mult-vae': multVae as unknown as AnyRecommender,
  ncf: ncf as unknown as AnyRecommender,
  'light-gcn': lightGcn as unknown as AnyRecommender,
  'bpr-mf': bprMf as unknown as AnyRecommender,
  cml: cml as unknown as AnyRecommender,
};

/** @throws RecauditError('config') on an unknown name @example recommenderNamed('wrmf').version */
export function recommenderNamed(name: string, registry: RecommenderRegistry = RECOMMENDERS): AnyRecommender {
  return memberNamed('recommender', name, registry);
}

/** The recommenders that a learned attack can differentiate through. */
export function surrogateNames(registry: RecommenderRegistry = RECOMMENDERS): string[] {
  return Object.keys(registry).filter((name) => registry[name].surrogate !== undefined);
}

/** @throws RecauditError('config') on an unknown name, or a recommender that cannot be a surrogate */
export function surrogateNamed(
  name: string,
  registry: RecommenderRegistry = RECOMMENDERS,
): SurrogateSupport<object> {
  const { surrogate } = recommenderNamed(name, registry);
  if (surrogate !== undefined) return surrogate;
  throw new RecauditError(
    'config',
    `surrogate: expected one of ${surrogateNames(registry).join(', ')}, got "${name}", which has no differentiable training. Choose one of these.`,
  );
}
