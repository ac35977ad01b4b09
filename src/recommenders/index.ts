/** `recaudit/recommenders`: fit on interactions, then rank unseen items; and what a recommender of your own is made of. */

export {
  asRecommender,
  type FitRun,
  type ItemLists,
  type UserModel,
  type UserRecommender,
  type UserRecommenderOptions,
} from './as-recommender.js';
export { BPR_MF_DEFAULTS, type BprMfOptions, bprMf } from './bpr-mf/bpr-mf.js';
export { CML_DEFAULTS, type CmlOptions, cml } from './cml.js';
export { ease } from './ease/ease.js';
export type { EaseOptions } from './ease/options.js';
export { itemAe } from './item-ae/item-ae.js';
export { ITEM_AE_DEFAULTS, ITEM_AE_SYNTHETIC, type ItemAeOptions } from './item-ae/options.js';
export { itemCf } from './item-cf.js';
export { lightGcn } from './light-gcn/light-gcn.js';
export { LIGHT_GCN_DEFAULTS, LIGHT_GCN_SYNTHETIC, type LightGcnOptions } from './light-gcn/options.js';
export { completeModel, type DataSetting, type ModelChoice } from './model-choice.js';
export { multVae } from './mult-vae/mult-vae.js';
export { MULT_VAE_DEFAULTS, type MultVaeOptions } from './mult-vae/options.js';
export { ncf } from './ncf/ncf.js';
export { NCF_DEFAULTS, NCF_SYNTHETIC, type NcfOptions } from './ncf/options.js';
export type { NeighbourOptions } from './neighbours/neighbour-recommender.js';
export { type PopularityOptions, popularity } from './popularity.js';
export {
  type AnyRecommender,
  RECOMMENDERS,
  type RecommenderRegistry,
  recommenderNamed,
  surrogateNamed,
  surrogateNames,
} from './registry.js';
export type * from './surrogate-types.js';
export type * from './types.js';
export { userKnn } from './user-knn.js';
export { WRMF_DEFAULTS, WRMF_SYNTHETIC, type WrmfOptions } from './wrmf/options.js';
export { wrmf } from './wrmf/wrmf.js';
export type { WrmfAlsOptions } from './wrmf-als/options.js';
export { wrmfAls } from './wrmf-als/wrmf-als.js';
