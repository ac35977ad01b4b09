/**
 * The library call `explain`: who pushes this item? It runs in this thread and keeps nothing; the command line runs the same tasks on
 * worker threads against a run store (`execution/`).
 */

import { contextOf, type RunContext, withKernels } from '../audit/audit.js';
import type { Dataset } from '../data/dataset.js';
import { interrupted, RecauditError } from '../errors.js';
import { ITEM_GOALS, type ItemGoal } from '../hypergradient/item-objective.js';
import { completeModel, type DataSetting, type ModelChoice } from '../recommenders/model-choice.js';
import { recommenderNamed } from '../recommenders/registry.js';
import { REGISTRIES, type Registries } from '../registries.js';
import { type Explanation, explanationOf, type Suspects } from './explanation.js';
import { planProof, tasksOf } from './proof/plan.js';
import { type Proof, proofOf } from './proof/proof.js';
import { refit } from './proof/refit.js';
import { checkExplainable, pushesOf } from './pushes.js';
import {
  EXPLAIN_METHODS,
  type ExplainMethod,
  type PushResult,
  type PushTask,
  type RefitResult,
  type RefitTask,
} from './types.js';

/** What is left to a default when nothing is said. */
export const EXPLAIN_DEFAULTS = {
  model: 'wrmf-als',
  method: 'removal',
  goal: 'hits',
  smoothing: 0.1,
  audience: 20_000,
  comparisons: 30,
  alike: 10,
  shown: 20,
  seeds: 3,
} as const satisfies {
  model: string;
  method: ExplainMethod;
  goal: ItemGoal;
  smoothing: number;
  audience: number;
  comparisons: number;
  alike: number;
  shown: number;
  seeds: number;
};

export interface ExplainOptions extends RunContext {
  /** `wrmf-als` (default), `wrmf`, `bpr-mf` or `mult-vae`, with changes of its options */
  readonly model?: string | ModelChoice;
  /** default `removal`, the closed form */
  readonly method?: ExplainMethod;
  /** what a push is of: default `hits`, a hit ratio made smooth */
  readonly goal?: ItemGoal;
  /** length of a recommended list; default 50, or a tenth of a smaller catalogue */
  readonly top?: number;
  /** width of `hits`, as a share of the mean score that an item must beat; default 0.1 */
  readonly smoothing?: number;
  /** most users on whom means are taken; default 20,000 */
  readonly audience?: number;
  /** items of like popularity to compare with; default 30 */
  readonly comparisons?: number;
  /** of these, items recommended about as often that are trained without their own largest pushers; default 10 */
  readonly alike?: number;
  /** users suspected, by id; ids that the data have not are told in the result */
  readonly suspects?: readonly (string | number)[];
  /** pushers in the result; default 20 */
  readonly shown?: number;
  /** pushers taken out for the proof; default those who make half of the push */
  readonly remove?: number;
  /** of the training that is explained; default 1 */
  readonly seed?: number;
  /** of the proof's trainings; default the three from `seed` on; none: no proof */
  readonly seeds?: readonly number[];
  /** `synthetic` for small generated data: models have values for it. Default `interactions` */
  readonly setting?: DataSetting;
}

/** The suspects that the data have, and those that they have not. */
export function suspectsOf({ users }: Pick<Dataset, 'users'>, ids: readonly (string | number)[]): Suspects {
  const known = new Set<number>();
  const unknown = new Set<string>();
  for (const id of ids) {
    const index = users.indexOf(id);
    if (index === undefined) unknown.add(String(id));
    else known.add(index);
  }
  if (known.size === 0)
    throw new RecauditError(
      'data',
      `suspects: expected users of the data (such as ${users.ids.slice(0, 3).join(', ')}), got ${ids.length} ids of which it has none. Check the column, and that the users survived filtering`,
    );
  return { users: [...known].sort((a, b) => a - b), unknown: [...unknown] };
}

function refuse(what: string, expected: string, got: unknown): RecauditError {
  return new RecauditError('config', `explain, ${what}: expected ${expected}, got ${got}. Change it`);
}

function wholeFrom(least: number, what: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw refuse(what, `a whole number from ${least}`, value);
}

function oneOf<T extends string>(what: string, names: readonly T[], value: T): T {
  if (names.includes(value)) return value;
  throw refuse(what, `one of ${names.join(', ')}`, value);
}

/** Completes and checks what was asked. @throws RecauditError `config`, `data` for an item or suspects that the data have not */
export function pushTaskOf(
  dataset: Dataset,
  item: string | number,
  options: ExplainOptions,
  { recommenders }: Registries = REGISTRIES,
): { readonly task: PushTask; readonly suspects: Suspects | null } {
  const { model = EXPLAIN_DEFAULTS.model, setting = 'interactions', seed = 1 } = options;
  const { items } = dataset.interactions;
  const [index] = dataset.items.indicesOf([item], 'item');
  const chosen = completeModel(
    typeof model === 'string' ? { name: model, options: {} } : model,
    setting,
    recommenders,
  );
  const method = oneOf('method', EXPLAIN_METHODS, options.method ?? EXPLAIN_DEFAULTS.method);
  const goal = oneOf('goal', ITEM_GOALS, options.goal ?? EXPLAIN_DEFAULTS.goal);
  checkExplainable(recommenderNamed(chosen.name, recommenders), method, goal);
  const top = wholeFrom(1, 'top', options.top ?? Math.min(50, Math.max(1, Math.floor(items / 10))));
  if (top > items) throw refuse('top', `at most the ${items} items`, top);
  const smoothing = options.smoothing ?? EXPLAIN_DEFAULTS.smoothing;
  if (!(smoothing > 0 && Number.isFinite(smoothing)))
    throw refuse('smoothing', 'a number above 0', smoothing);
  const suspects = options.suspects === undefined ? null : suspectsOf(dataset, options.suspects);
  const most = wholeFrom(1, 'audience', options.audience ?? EXPLAIN_DEFAULTS.audience);
  const comparisons = wholeFrom(0, 'comparisons', options.comparisons ?? EXPLAIN_DEFAULTS.comparisons);
  const task: PushTask = {
    model: chosen,
    item: index,
    method,
    goal,
    top,
    smoothing,
    audience: { most, seed: wholeFrom(0, 'seed', seed), without: [] },
    seed,
    suspects: suspects?.users ?? null,
    comparisons,
    remove: options.remove === undefined ? null : wholeFrom(1, 'remove', options.remove),
  };
  return { task, suspects };
}

/** @throws RecauditError `numeric` for pushes that are not finite, `data` for an item nobody can be shown */
export function checkPushes({ item }: { readonly item: string }, { audience, pushes }: PushResult): void {
  if (audience === 0)
    throw new RecauditError(
      'data',
      `item ${item}: expected users who have not clicked it, got none. Explain another item`,
    );
  if (!pushes.every(Number.isFinite))
    throw new RecauditError(
      'numeric',
      `item ${item}: expected finite pushes, got some that are not. Raise the regularisation`,
    );
}

/**
 * Who pushes this item? A recommender is trained on the data; each user's push is what of the item's hit ratio among the other
 * users goes with that user. Then the recommender is trained again without the largest pushers, without as many other clickers, and
 * without the suspects; and without the largest pushers of items like this one, which tells whether the item's fall is unusual.
 *
 * @param data interactions with the owner's ids
 * @param item the owner's id
 * @returns pushers, how concentrated the push is, the suspects' part in it, and the proof
 * @throws RecauditError `config` for choices that do not fit, `data` for an item or suspects that the data have not, `numeric`,
 *   `interrupted`
 * @example
 * const { dataset } = await readInteractions('clicks.csv.gz');
 * const { half, pushers, proof } = await explain(dataset, '4711', { suspects: ['u17', 'u23'] });
 */
export async function explain(
  data: Dataset,
  item: string | number,
  options: ExplainOptions = {},
): Promise<Explanation> {
  const { registries = REGISTRIES, shown = EXPLAIN_DEFAULTS.shown, seed = 1 } = options;
  const { task, suspects } = pushTaskOf(data, item, options, registries);
  const seeds = options.seeds ?? Array.from({ length: EXPLAIN_DEFAULTS.seeds }, (_, n) => seed + n);
  wholeFrom(1, 'shown', shown);
  const alike = wholeFrom(0, 'alike', options.alike ?? EXPLAIN_DEFAULTS.alike);
  return withKernels(options, async (kernels) => {
    const context = contextOf(options, kernels);
    const result = await pushesOf(task, data.interactions, context, registries);
    checkPushes({ item: String(item) }, result);
    const plan = planProof(task, result, data.interactions, { seeds, alike });
    let proof: Proof | null = null;
    if (plan !== null) {
      const results = new Map<RefitTask, RefitResult>();
      for (const one of tasksOf(plan)) {
        if (options.signal?.aborted) throw interrupted('explain');
        results.set(one, await refit(one, data.interactions, context, registries));
      }
      proof = proofOf(plan, (one) => results.get(one) as RefitResult, data.items.ids);
    }
    return explanationOf({ dataset: data, task, result, suspects, proof, shown });
  });
}
