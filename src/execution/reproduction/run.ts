/**
 * Runs a reproduction: the search, then what rests on it. A finished task leaves its full result in the run store, which stays on
 * this machine, and its aggregates in the record store, which is what others see; either is enough not to compute it again.
 */

import type { AuditTask } from '../../audit/index.js';
import type { TaskResult } from '../../audit/types.js';
import { RecauditError } from '../../errors.js';
import {
  AUTHORS_POINTS,
  type ChosenPoints,
  DATA_OF,
  type DataName,
  EXPERIMENTS,
  type Experiment,
  type Ground,
  planReproduction,
  planSearch,
  type ReproductionDocument,
  type ReproductionPlan,
  Results,
  recordResult,
  reproductionDocument,
  type Seeds,
  searchOutcome,
  type UnrollCost,
} from '../../reproduction/index.js';
import type { Layout, TaskDemand } from '../engine/layout.js';
import type { EngineOptions } from '../engine/messages.js';
import type { FailedTask, TaskEvent } from '../engine/pool.js';
import { nodesOf, runNodes } from '../engine/run-plan.js';
import type { RunStore } from '../files/store.js';
import { auditWorkload, demandsOf } from '../prepare/estimate-run.js';
import type { LoadedGround } from './ground.js';
import type { RecordStore } from './record-store.js';

export interface ReproductionRun {
  readonly experiments: readonly Experiment[];
  readonly seeds: Seeds;
  readonly ground: Ground;
  readonly loaded: Readonly<Partial<Record<DataName, LoadedGround>>>;
  readonly store: RunStore;
  readonly records: RecordStore;
  /** time and memory by τ; null where it was not measured */
  readonly cost: UnrollCost | null;
  readonly layout: Layout;
  readonly kernels: EngineOptions['kernels'];
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: TaskEvent) => void;
  /** before the tasks of a data set run */
  readonly onWork?: (what: string, demands: ReadonlyMap<string, TaskDemand>) => void;
}

export interface ReproductionOutcome {
  readonly document: ReproductionDocument;
  readonly failed: readonly FailedTask[];
}

/** What was planned so far; the plan of the figures waits for the search. */
interface Plans {
  readonly search: ReproductionPlan;
  readonly chosen: ChosenPoints;
  readonly main: ReproductionPlan | null;
}

/** The tasks without a record, and those whose full results they need, in the plan's order. */
export function openTasks(
  { tasks }: Pick<ReproductionPlan, 'tasks'>,
  isRecorded: (key: string) => boolean,
): AuditTask[] {
  const needed = new Set<string>();
  for (const task of [...tasks].reverse()) {
    if (isRecorded(task.key) && !needed.has(task.key)) continue;
    needed.add(task.key);
    for (const input of task.inputs) needed.add(input);
  }
  return tasks.filter(({ key }) => needed.has(key));
}

/**
 * The plan as far as the records tell: without the search's outcome the figures on Gowalla cannot be planned.
 *
 * @example const { main } = plansOf(ground, ['fig3'], seeds, new Map());
 */
export function plansOf(
  ground: Ground,
  experiments: readonly Experiment[],
  seeds: Seeds,
  records: RecordStore['records'],
): Plans {
  const search = planSearch(ground, experiments);
  const { chosen } = searchOutcome(new Results(search, records));
  const searched = new Set(search.runs.map(({ method }) => method));
  const complete = [...searched].every((method) => Object.hasOwn(chosen, method));
  return { search, chosen, main: complete ? planReproduction(ground, experiments, seeds, chosen) : null };
}

/** What is left to compute of a data set. */
export interface OpenWork {
  readonly data: DataName;
  readonly tasks: readonly AuditTask[];
  /** tasks of the plan, finished ones too */
  readonly planned: number;
}

/**
 * What is left to compute. Until the search is done its outcome is taken to be the authors' values, which changes what a task
 * costs but little.
 */
export function openWork({
  ground,
  experiments,
  seeds,
  records,
}: Pick<ReproductionRun, 'ground' | 'experiments' | 'seeds' | 'records'>): OpenWork[] {
  const { search, main } = plansOf(ground, experiments, seeds, records.records);
  const plan = main ?? planReproduction(ground, experiments, seeds, AUTHORS_POINTS);
  const runs = [...search.runs, ...plan.runs];
  return [...new Set(experiments.map((experiment) => DATA_OF[experiment]))].map((data) => {
    const keys = new Set(runs.filter((run) => run.data === data).map(({ key }) => key));
    const tasks = [...search.tasks, ...plan.tasks].filter(({ key }) => keys.delete(key));
    const isRecorded = (key: string) => records.records.has(key);
    return { data, tasks: openTasks({ tasks }, isRecorded), planned: tasks.length };
  });
}

/** The document of what the records hold. */
export function documentOf({
  ground,
  experiments,
  seeds,
  records,
  cost,
}: Pick<ReproductionRun, 'ground' | 'experiments' | 'seeds' | 'records' | 'cost'>): ReproductionDocument {
  const { search, chosen, main } = plansOf(ground, experiments, seeds, records.records);
  const synthetic = experiments.filter((experiment) => DATA_OF[experiment] === 'synthetic');
  const plan = main ?? planReproduction(ground, synthetic, seeds, {});
  return reproductionDocument({
    ground,
    experiments,
    seeds,
    searchPlan: search.runs.length === 0 ? null : search,
    chosen,
    plan,
    records: records.records,
    cost,
  });
}

/**
 * Records that no task has: of other options, data or kernels than those planned now. Before the search is complete the tasks of
 * Gowalla's figures are not known, and none counts.
 */
export function unusedRecords({
  ground,
  seeds,
  records,
}: Pick<ReproductionRun, 'ground' | 'seeds' | 'records'>): number {
  const experiments = EXPERIMENTS.filter((experiment) => DATA_OF[experiment] in ground.data);
  const { search, main } = plansOf(ground, experiments, seeds, records.records);
  if (main === null) return 0;
  const planned = new Set([...search.runs, ...main.runs].map(({ key }) => key));
  return [...records.records.keys()].filter((key) => !planned.has(key)).length;
}

async function runPart(
  run: ReproductionRun,
  data: DataName,
  plan: ReproductionPlan,
): Promise<readonly FailedTask[]> {
  const { records, store, loaded } = run;
  const keys = new Set(plan.runs.filter((planned) => planned.data === data).map(({ key }) => key));
  const tasks = openTasks({ tasks: plan.tasks.filter(({ key }) => keys.has(key)) }, (key) =>
    records.records.has(key),
  );
  const there = loaded[data];
  if (tasks.length === 0) return [];
  if (there === undefined)
    throw new RecauditError('internal', `reproduction: expected the ${data} data, got none`);
  const demands = demandsOf(auditWorkload(tasks, there.data));
  run.onWork?.(data, demands);
  const keep = (key: string) => {
    const stored = store.load(key);
    if (stored === null || records.records.has(key)) return;
    const result = recordResult(stored.result as TaskResult, there.data.train);
    records.add({ key, run: stored.run, result }, plan.runs);
  };
  const { failed } = await runNodes(nodesOf({ tasks }), there.data, {
    store,
    layout: run.layout,
    demands,
    kernels: run.kernels,
    ...(run.signal && { signal: run.signal }),
    onEvent: (event) => {
      if (event.kind === 'finished' || event.kind === 'stored') keep(event.key);
      run.onEvent?.(event);
    },
  });
  return failed;
}

/**
 * Computes what is missing.
 *
 * @returns the document of all that is there, and the tasks that failed
 * @throws RecauditError('interrupted' | 'storage' | 'data')
 */
export async function runReproduction(run: ReproductionRun): Promise<ReproductionOutcome> {
  const { ground, experiments, seeds, records } = run;
  const failed: FailedTask[] = [];
  const synthetic = experiments.filter((experiment) => DATA_OF[experiment] === 'synthetic');
  if (synthetic.length > 0)
    failed.push(...(await runPart(run, 'synthetic', planReproduction(ground, synthetic, seeds, {}))));
  const { search } = plansOf(ground, experiments, seeds, records.records);
  failed.push(...(await runPart(run, 'gowalla', search)));
  const { main } = plansOf(ground, experiments, seeds, records.records);
  if (main !== null) failed.push(...(await runPart(run, 'gowalla', main)));
  return { document: documentOf(run), failed };
}
