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
  EXPLAIN_VERSION,
  type ProofPlan,
  type PushTask,
  pushTaskOf,
  type RefitTask,
  type Suspects,
} from '../../explain/index.js';
import { recommenderNamed } from '../../recommenders/registry.js';
import type { Registries } from '../../registries.js';
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
  const { method, goal, smoothing, audience, comparisons, seed, top } = options;
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
  return { dataset, task, suspects, seeds, base, registries };
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

/** Of each seed: as it is, without the pushers, without random clickers. */
export function refitNodes(
  { base }: PreparedExplain,
  { tasks, removed, randomClickers }: ProofPlan,
): RefitNode[][] {
  const node = (payload: RefitTask, label: string): RefitNode => ({
    key: digest({ ...base, job: 'explain refit', payload }),
    label: `${label}, seed ${payload.seed}`,
    needs: [],
    job: 'explain refit',
    payload,
  });
  return tasks.map(({ asItIs, withoutPushers, withoutRandomClickers }) => [
    node(asItIs, 'train as it is'),
    node(withoutPushers, `train without ${removed} pushers`),
    node(withoutRandomClickers, `train without ${randomClickers} random clickers`),
  ]);
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
