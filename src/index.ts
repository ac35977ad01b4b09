/**
 * The public library. What a name stands for is written where it is defined; this page says which there are.
 *
 * @example
 * import { createWasmKernels, kCore, randomSplit, readInteractions, SeedKey, wrmf } from 'recaudit';
 * const { dataset } = await readInteractions('clicks.csv.gz');
 * const { train } = randomSplit(kCore(dataset, 10), { fraction: 0.2 }, SeedKey.root(1).child('split'));
 * const kernels = await createWasmKernels({ threads: 2 });
 * const model = await wrmf.fit(train.interactions, wrmf.defaults, SeedKey.root(1).child('victim'), { kernels });
 * const lists = await model.recommend({ users: Int32Array.of(0, 1), top: 10 });
 */

/** Attacks: from what the attacker knows to fake profiles; and controls at equal cost. */
export { type BudgetChoice, type CraftRequest, craftProfiles } from './attacks/craft-profiles.js';
export type { ImplicitRecord, OuterStepRecord } from './attacks/history.js';
export { learnedAttack } from './attacks/learned/learned.js';
export type { LearnedOptions, Projection } from './attacks/learned/options.js';
export { recipe } from './attacks/learned/recipes.js';
export { type AnyAttack, ATTACKS, type AttackRegistry, attackNamed } from './attacks/registry.js';
export type * from './attacks/types.js';
/** Audits: plan the tasks, run each, add them up, judge in plain words. */
export * from './audit/index.js';
/** Configuration: JSON Schema of every command's options. */
export { COMMANDS, type CommandName, type CommandOptions } from './config/commands.js';
export { jsonSchema } from './config/describe.js';
/** Interactions: reading, filtering, splitting, describing, generating, writing. */
export * from './data/index.js';
/** Defences: from a victim to a defended one. */
export { type ClickCapOptions, clickCap } from './defences/click-cap.js';
export { type DefendedDescription, describeDefended, type SplitOptions } from './defences/defended.js';
export {
  type AnyDefence,
  DEFENCES,
  type DefenceRegistry,
  defenceNamed,
  defendedNamed,
} from './defences/registry.js';
export { type Thinning, trainedOnLess } from './defences/trained-on-less.js';
export type * from './defences/types.js';
/** What recommenders, detectors and defences have in common. */
export {
  type Described,
  keyedOptions,
  memberNamed,
  optionsOf,
  type Registry,
  withMembers,
} from './described.js';
/** Detectors: from interactions to one score a user. */
export { type ClickCountOptions, clickCount } from './detectors/click-count.js';
export { type RandomOptions, randomScores } from './detectors/random.js';
export { type AnyDetector, DETECTORS, type DetectorRegistry, detectorNamed } from './detectors/registry.js';
export type * from './detectors/types.js';
/** Errors a user can cause, and the seed tree. */
export { type ErrorCode, EXIT_STATUS, RecauditError } from './errors.js';
/** Execution: a graph of tasks on worker threads, against a folder of immutable results; commands as victims. */
export {
  auditRegistries,
  type CommandEnvironment,
  type CommandVictimChoice,
  type CommandVictimOptions,
  commandRecommender,
  commandVictim,
  needOriginals,
} from './execution/command/victim.js';
export {
  type GraphOptions,
  type GraphOutcome,
  runGraph,
  type TaskEvent,
  type TaskNode,
} from './execution/engine/pool.js';
export { nodesOf, type RunOptions, type RunOutcome, runNodes } from './execution/engine/run-plan.js';
export { RunStore, type StoredResult } from './execution/files/store.js';
/** Hypergradients of any differentiable training step, and the check against golden vectors. */
export {
  type Estimator,
  hypergradient,
  type ImplicitEstimator,
  type TrajectoryEstimator,
} from './hypergradient/hypergradient.js';
export { type ImplicitResult, implicitHypergradient } from './hypergradient/implicit.js';
export { IMPLICIT_DEFAULTS, type ImplicitOptions } from './hypergradient/implicit-options.js';
/** Kernels: dense, sparse and fused operations over flat arrays. */
export * from './kernels/index.js';
/** Metrics of ranked lists, and statistics over units of replication. */
export * from './metrics/index.js';
export {
  type AnyOptionTable,
  defaultsOf,
  expectedOf,
  type OptionSpec,
  type OptionTable,
  validateOptions,
} from './options.js';
export {
  asRecommender,
  type FitRun,
  type ItemLists,
  type UserModel,
  type UserRecommender,
  type UserRecommenderOptions,
} from './recommenders/as-recommender.js';
export { BPR_MF_DEFAULTS, type BprMfOptions, bprMf } from './recommenders/bpr-mf/bpr-mf.js';
export { CML_DEFAULTS, type CmlOptions, cml } from './recommenders/cml.js';
/** Recommenders: fit on interactions, then rank unseen items. */
export { ease } from './recommenders/ease/ease.js';
export type { EaseOptions } from './recommenders/ease/options.js';
export { itemAe } from './recommenders/item-ae/item-ae.js';
export { ITEM_AE_DEFAULTS, ITEM_AE_SYNTHETIC, type ItemAeOptions } from './recommenders/item-ae/options.js';
export { itemCf } from './recommenders/item-cf.js';
export { lightGcn } from './recommenders/light-gcn/light-gcn.js';
export {
  LIGHT_GCN_DEFAULTS,
  LIGHT_GCN_SYNTHETIC,
  type LightGcnOptions,
} from './recommenders/light-gcn/options.js';
export { multVae } from './recommenders/mult-vae/mult-vae.js';
export { MULT_VAE_DEFAULTS, type MultVaeOptions } from './recommenders/mult-vae/options.js';
export { ncf } from './recommenders/ncf/ncf.js';
export { NCF_DEFAULTS, NCF_SYNTHETIC, type NcfOptions } from './recommenders/ncf/options.js';
export type { NeighbourOptions } from './recommenders/neighbours/neighbour-recommender.js';
export { type PopularityOptions, popularity } from './recommenders/popularity.js';
export {
  RECOMMENDERS,
  recommenderNamed,
  surrogateNamed,
  surrogateNames,
} from './recommenders/registry.js';
export type * from './recommenders/types.js';
export { userKnn } from './recommenders/user-knn.js';
export { WRMF_DEFAULTS, WRMF_SYNTHETIC, type WrmfOptions } from './recommenders/wrmf/options.js';
export { wrmf } from './recommenders/wrmf/wrmf.js';
export type { WrmfAlsOptions } from './recommenders/wrmf-als/options.js';
export { wrmfAls } from './recommenders/wrmf-als/wrmf-als.js';
/** The members of the four nouns, and how to add to them. */
export { type Plugin, REGISTRIES, type Registries, withPlugins, withRecommenders } from './registries.js';
export { RandomStream, SeedKey } from './rng.js';
export { type CaseVerdict, verifyCase } from './verification/verify.js';
