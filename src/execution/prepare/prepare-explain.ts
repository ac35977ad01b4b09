/** From the options of `recaudit explain` and its data to the tasks that a store and engines run. */

import { digest } from '../../audit/index.js';
import { type DataSizes, fitEstimate, timed } from '../../audit/plan/estimate.js';
import type { CommandOptions } from '../../config/commands.js';
import { resolveSeeds } from '../../config/resolve.js';
import { readModel, resolveModels } from '../../config/resolve-models.js';
import type { Dataset } from '../../data/dataset.js';
import { InteractionMatrix } from '../../data/interactions.js';
import { versionOf } from '../../described.js';
import {
  type ArmName,
  EXPLAIN_VERSION,
  type ProofPlan,
  type PushTask,
  pushTaskOf,
  type RefitTask,
  type Suspects,
} from '../../explain/index.js';
import { recommenderNamed } from '../../recommenders/registry.js';
import type { Registries } from '../../registries.js';
import { count } from '../../text/numbers.js';
import { kernelFlavour } from '../engine/kernels.js';
import type { TaskNode } from '../engine/pool.js';
import { checkVictimMemory } from './choose-victims.js';
import { sizesOf, type WeighedTask, type Workload } from './estimate-run.js';
import { readSuspects } from './read-suspects.js';

type Options = CommandOptions<'explain'>;

export interface PreparedExplain {
  readonly dataset: Dataset;
  readonly task: PushTask;
  readonly suspects: Suspects | null;
  readonly seeds: readonly number[];
  /** items to compare the loss with */
  readonly alike: number;
  /** all that a key covers beside the payload */
  readonly base: object;
  readonly registries: Registries;
}

/**
 * @throws RecauditError `config` for options that do not fit the data, `data` for an item or suspects that it has not
 */
export async function prepareExplain(
  options: Options,
  dataset: Dataset,
  registries: Registries,
): Promise<PreparedExplain> {
  const { interactions } = dataset;
  const { recommenders } = registries;
  const facts = { setting: 'interactions', users: interactions.users, items: interactions.items } as const;
  const { models } = resolveModels([readModel('--victim', options.victim, recommenders)], options, facts, {
    registry: recommenders,
  });
  await checkVictimMemory(models, interactions, options.kernels, recommenders);
  const [{ name, options: model }] = models;
  const { method, goal, smoothing, audience, comparisons, seed, top, remove } = options;
  const { task, suspects } = pushTaskOf(
    dataset,
    options.item,
    {
      model: { name, options: model },
      method,
      goal,
      audience,
      comparisons,
      seed,
      ...(smoothing !== undefined && { smoothing }),
      ...(top !== undefined && { top }),
      ...(remove !== undefined && { remove }),
      ...(options.suspects !== undefined && { suspects: readSuspects(options.suspects) }),
    },
    registries,
  );
  const base = {
    schema: EXPLAIN_VERSION,
    version: versionOf(recommenderNamed(name, recommenders)),
    kernels: await kernelFlavour(options.kernels),
    data: interactions.hash,
  };
  const seeds = options.proof === false ? [] : resolveSeeds(options.seeds, options.seed);
  return { dataset, task, suspects, seeds, alike: options.alike, base, registries };
}

export interface PushNode extends TaskNode {
  readonly payload: PushTask;
}

export interface RefitNode extends TaskNode {
  readonly payload: RefitTask;
}

export function pushNode({ base, task, dataset }: PreparedExplain): PushNode {
  const key = digest({ ...base, job: 'explain pushes', payload: task });
  const label = `who pushes item ${dataset.items.ids[task.item]}`;
  return { key, label, needs: [], job: 'explain pushes', payload: task };
}

const ARM_WORDS: Readonly<Record<ArmName, (users: number) => string>> = {
  asItIs: () => 'train as it is',
  withoutPushers: (users) => `train without ${count(users, 'pusher')}`,
  withoutOthers: (users) => `train without ${count(users, 'other clicker')}`,
  withoutSuspects: (users) => `train without ${count(users, 'suspect')}`,
};

/** One node for each training of the plan, and which training is whose. */
export function refitNodes({ base, dataset }: PreparedExplain, { arms, alike }: ProofPlan) {
  const keys = new Map<RefitTask, string>();
  const nodes = new Map<string, RefitNode>();
  const add = (payload: RefitTask, label: string) => {
    const key = digest({ ...base, job: 'explain refit', payload });
    keys.set(payload, key);
    nodes.set(key, {
      key,
      label: `${label}, seed ${payload.seed}`,
      needs: [],
      job: 'explain refit',
      payload,
    });
  };
  for (const { arm, users, tasks } of arms) for (const task of tasks) add(task, ARM_WORDS[arm](users));
  for (const { item, withoutPushers, withoutClickers } of alike) {
    const id = dataset.items.ids[item];
    add(withoutPushers, `item ${id}: train without ${count(withoutPushers.removed.length, 'pusher')}`);
    if (withoutClickers !== null)
      add(withoutClickers, `item ${id}: train without ${count(withoutClickers.removed.length, 'clicker')}`);
  }
  return { nodes: [...nodes.values()], keys };
}

/** How many trainings a proof takes at most, by name: before the push is known. */
export function expectedTrainings({ seeds, suspects, alike, task }: PreparedExplain): string[] {
  if (seeds.length === 0) return [];
  const closed = task.method === 'removal' || task.method === 'first-order';
  const items = closed ? Math.min(alike, task.comparisons) : 0;
  const arms: readonly ArmName[] = [
    'asItIs',
    'withoutPushers',
    'withoutOthers',
    ...(suspects === null ? [] : (['withoutSuspects'] as const)),
  ];
  const plain = {
    asItIs: 'as it is',
    withoutPushers: 'without the largest pushers',
    withoutOthers: 'without other clickers',
    withoutSuspects: 'without the suspects',
  } as const;
  const own = seeds.flatMap((seed) => arms.map((arm) => `train ${plain[arm]}, seed ${seed}`));
  const others = Array.from({ length: items }, (_, n) =>
    ['pushers', ...(suspects === null ? [] : ['clickers'])].map(
      (who) => `train without ${who} of an item like it, ${n + 1}`,
    ),
  );
  return [...own, ...others.flat()];
}

/** What engines compute on: nothing is held out. */
export function explainData({ dataset: { interactions } }: PreparedExplain) {
  const { users, items } = interactions;
  return { train: interactions, test: InteractionMatrix.fromPairs(users, items, [], []) };
}

/** Twenty or so solutions by conjugate gradient weigh about as much as the sweeps to the optimum. */
const DERIVATIVE_TIMES = 12;

/** Fits and rankings of tasks; `explain pushes` by a derivative takes a multiple of a fit. */
export function explainWorkload(prepared: PreparedExplain, nodes: readonly TaskNode[]): Workload {
  const { task, registries } = prepared;
  const data = explainData(prepared);
  const sizes = sizesOf(data);
  return { tasks: nodes.map((node) => weighed(node, task, sizes, registries)), data };
}

function weighed(
  { key, label, job }: TaskNode,
  { model, method, audience, top }: PushTask,
  sizes: DataSizes,
  { recommenders }: Registries,
): WeighedTask {
  const recommender = recommenderNamed(model.name, recommenders);
  const lists = { users: Math.min(sizes.users, audience.most), top };
  const fit = fitEstimate(recommender, model.options, sizes, lists);
  const derived = job === 'explain pushes' && (method === 'implicit' || method === 'unrolled');
  const operations = fit.operations === null ? null : fit.operations * (derived ? DERIVATIVE_TIMES : 1);
  return { key, label, estimate: (machine) => timed({ ...fit, operations }, machine) };
}
