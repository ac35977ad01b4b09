/**
 * The public library: read interactions, split them, and audit. What a name stands for is written where it is defined; this page says
 * which there are. The rest lies in subpaths: `recaudit/recommenders`, `/attacks`, `/detectors`, `/defences` (their members, and
 * what members of your own are made of), `/audit` (the protocol, task by task), `/data`, `/metrics`, `/kernels`,
 * `/hypergradient`, `/explain`, `/report`, `/execution` (worker threads and the run store) and `/config`.
 *
 * @example
 * import { audit, kCore, randomSplit, readInteractions, SeedKey } from 'recaudit';
 * const { dataset } = await readInteractions('clicks.csv.gz');
 * const data = randomSplit(kCore(dataset, 10), { fraction: 0.2 }, SeedKey.root(1).child('split'));
 * const report = await audit(data, { targets: ['4711'], victims: ['wrmf', 'item-cf'] });
 * for (const { headline } of report.verdicts) console.log(headline);
 */

export type { FakeProfiles } from './attacks/types.js';
/** The three calls. */
export {
  type AttackOptions,
  type AuditOptions,
  attack,
  audit,
  type EvaluateOptions,
  evaluate,
  type RunContext,
} from './audit/audit.js';
export type { AttackChoice, AuditChoices, AuditedData, ItemIds, Threat } from './audit/plan/configure.js';
export type { AuditReport } from './audit/report-document.js';
export type { ProgressEvent } from './compute.js';
/** Interactions: reading, filtering, splitting, writing; small sets to try things on. */
export { alignSplit } from './data/align.js';
export { createDataset, type Dataset } from './data/dataset.js';
export { describe } from './data/describe.js';
export { readInteractions } from './data/files/read.js';
export type { ReadOptions } from './data/files/read-options.js';
export { writeInteractions } from './data/files/write.js';
export { IdMap } from './data/ids.js';
export { InteractionMatrix } from './data/interactions.js';
export { kCore } from './data/k-core.js';
export { withNewItems } from './data/new-items.js';
export { leaveOneOut, randomSplit, type Split, timeSplit } from './data/splits.js';
export { embeddedDataset } from './data/synthetic.js';
/** Fake users in one file. */
export { type Detected, type DetectOptions, detect } from './detection/detect.js';
export type * from './detection/types.js';
/** Errors a user can cause. */
export { type ErrorCode, EXIT_STATUS, RecauditError } from './errors.js';
/** Who pushes an item. */
export { type ExplainOptions, explain } from './explain/explain.js';
export type { Explanation, Pusher, Usual } from './explain/explanation.js';
export type { Proof } from './explain/proof/proof.js';
/** Kernels to share between calls. */
export { createWasmKernels } from './kernels/wasm/kernels.js';
/** What members of your own declare their options with. */
export { defaultsOf, NO_OPTIONS, type OptionTable, validateOptions } from './options.js';
/** A recommender of your own as a victim. */
export { asRecommender } from './recommenders/as-recommender.js';
export type { ModelChoice } from './recommenders/model-choice.js';
/** Members of the nouns, of this package and of your own. */
export { type Plugin, REGISTRIES, type Registries, withPlugins, withRecommenders } from './registries.js';
/** The report as Markdown. */
export { markdownReport } from './report/text/markdown.js';
/** The seed tree. */
export { SeedKey } from './rng.js';
