/** What a graph of tasks will take here: operations weigh the tasks, a short training gives the machine's speed. */

import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { AuditTask } from '../../audit/index.js';
import {
  type DataSizes,
  type Estimate,
  estimateTask,
  fakeUsersOf,
  type Machine,
  PLAIN_OPERATIONS_A_SECOND,
} from '../../audit/plan/estimate.js';
import type { AuditData } from '../../audit/types.js';
import { resolveModels } from '../../config/resolve-models.js';
import type { DataSetting } from '../../recommenders/model-choice.js';
import { recommenderNamed } from '../../recommenders/registry.js';
import type { Registries } from '../../registries.js';
import { auditRegistries } from '../command/victim.js';
import { shareAuditData } from '../engine/audit-data.js';
import { Engine, PACKAGE_JOBS } from '../engine/engine.js';
import { type Layout, largestTogether, type TaskDemand, type Together } from '../engine/layout.js';
import type { EngineOptions } from '../engine/messages.js';
import { availableBytes } from '../resources.js';

/** A task with what it takes on a machine. */
export interface WeighedTask {
  readonly key: string;
  readonly label: string;
  estimate(machine: Machine): Estimate;
}

export interface Workload {
  readonly tasks: readonly WeighedTask[];
  readonly data: AuditData;
}

const sumOfSquares = (counts: Int32Array) => counts.reduce((sum, count) => sum + count * count, 0);

/** Sizes of the training data, and how uneven they are. */
export function sizesOf({ train }: Pick<AuditData, 'train'>): DataSizes {
  const squares = {
    users: sumOfSquares(train.userDegrees()),
    items: sumOfSquares(train.itemDegrees()),
  };
  return { users: train.users, items: train.items, interactions: train.nonZeros, squares };
}

/** The tasks of an audit. */
export function auditWorkload(
  tasks: readonly AuditTask[],
  data: AuditData,
  registries: Registries = auditRegistries(),
): Workload {
  const sizes = sizesOf(data);
  const fakeUsers = fakeUsersOf(tasks);
  const weighed = tasks.map((task) => ({
    key: task.key,
    label: task.label,
    estimate: (machine: Machine) =>
      estimateTask(task, sizes, fakeUsers.get(task.key) ?? 0, machine, registries),
  }));
  return { tasks: weighed, data };
}

function estimates({ tasks }: Workload, gflops: number): Map<string, Estimate> {
  return new Map(tasks.map(({ key, estimate }) => [key, estimate({ gflops })]));
}

/**
 * What every task asks for, by key. A task of unknown cost (a command) weighs as much as the mean of the others, and keeps
 * the threads that it was started with.
 */
export function demandsOf(workload: Workload): Map<string, TaskDemand> {
  const found = [...estimates(workload, 1)];
  const known = found.map(([, { operations }]) => operations).filter((operations) => operations !== null);
  const unknown = known.length === 0 ? 1 : known.reduce((sum, one) => sum + one, 0) / known.length;
  return new Map(
    found.map(([key, { operations, bytes, plainSeconds = 0 }]) => [
      key,
      { operations: operations ?? unknown, bytes, fixed: operations === null, plainSeconds },
    ]),
  );
}

/** The work alone, which fills a bar. */
export function weightsOf(demands: ReadonlyMap<string, TaskDemand>): Map<string, number> {
  return new Map(
    [...demands].map(([key, { operations, plainSeconds = 0 }]) => [
      key,
      operations + plainSeconds * PLAIN_OPERATIONS_A_SECOND,
    ]),
  );
}

const isDone = (store: string, key: string): boolean => existsSync(join(store, `${key}.json`));

/** What will run side by side of the tasks that the store does not hold. */
export function togetherOf(workload: Workload, layout: Layout, store: string): Together {
  const open = [...demandsOf(workload)].filter(([key]) => !isDone(store, key));
  return largestTogether(
    open.map(([, demand]) => demand),
    layout,
    availableBytes(),
  );
}

/** The machine's speed at training WRMF on these data, in 10^9 operations a second. */
export async function measureSpeed(
  setting: DataSetting,
  data: AuditData,
  threads: number,
  kernels: EngineOptions['kernels'],
): Promise<number> {
  const { users, items } = data.train;
  const facts = { setting, users, items };
  const [{ options }] = resolveModels([{ name: 'wrmf', preset: null }], {}, facts).models;
  const wrmf = recommenderNamed('wrmf');
  // The cost of this model is known.
  const operations = (epochs: number) =>
    wrmf.fitCost(sizesOf(data), { ...options, epochs }).operations as number;
  const engine = new Engine({ threads, kernels, jobs: PACKAGE_JOBS, shared: shareAuditData(data) });
  try {
    const seconds = (await engine.run({ job: 'speed', input: { options }, checkpointPath: null })) as number;
    return (operations(2) - operations(1)) / seconds / 1e9;
  } finally {
    await engine.dispose();
  }
}

export interface TaskEstimate {
  readonly key: string;
  readonly label: string;
  /** whether the store holds its result already */
  readonly done: boolean;
  /** null: not known, as with a command, or where no speed was measured */
  readonly seconds: number | null;
  readonly bytes: number;
}

export interface RunEstimate {
  readonly tasks: readonly TaskEstimate[];
  /** what may run side by side */
  readonly together: Together;
  /** null: nothing was measured, as every task is done */
  readonly gflops: number | null;
  /** of what is not done yet and whose time is known */
  readonly seconds: number;
  /** tasks not done yet whose time is not known */
  readonly unknown: number;
  readonly bytes: number;
}

/** Whether the store holds the results of all tasks, so that there is nothing to estimate. */
export function isAllDone({ tasks }: Workload, store: string): boolean {
  return tasks.every(({ key }) => isDone(store, key));
}

/**
 * Time and memory of a workload; tasks in the store cost nothing.
 *
 * @param gflops null where every task is done
 */
export function estimateRun(
  workload: Workload,
  together: Together,
  gflops: number | null,
  store: string,
): RunEstimate {
  const found = estimates(workload, gflops ?? 1);
  const tasks = workload.tasks.map(({ key, label }): TaskEstimate => {
    const { seconds, bytes } = found.get(key) as Estimate;
    return { key, label, done: isDone(store, key), seconds: gflops === null ? null : seconds, bytes };
  });
  const open = tasks.filter(({ done }) => !done);
  const times = open.map(({ seconds }) => seconds).filter((seconds) => seconds !== null);
  const longest = times.reduce((most, seconds) => Math.max(most, seconds), 0);
  // More of them than cores gain nothing.
  const sideBySide = Math.min(together.tasks, Math.max(1, availableParallelism() / together.threads));
  const sum = times.reduce((total, seconds) => total + seconds, 0);
  return {
    tasks,
    together,
    gflops,
    seconds: Math.max(longest, sum / sideBySide),
    unknown: open.length - times.length,
    bytes: together.bytes,
  };
}
