/** What a graph of tasks will take here: operations weigh the tasks, a short training gives the machine's speed. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSetting } from '../attacks/recipes.js';
import { type Estimate, estimateTask } from '../audit/estimate.js';
import type { AuditTask } from '../audit/index.js';
import type { AuditData } from '../audit/types.js';
import { resolveModels } from '../config/resolve-models.js';
import { shareAuditData } from './audit-data.js';
import { Engine, PACKAGE_JOBS } from './engine.js';
import type { Layout } from './layout.js';
import type { EngineOptions } from './messages.js';

export interface Workload {
  readonly tasks: readonly AuditTask[];
  readonly fakeUsers: number;
  readonly data: AuditData;
}

function estimates({ tasks, fakeUsers, data }: Workload, gflops: number): Map<string, Estimate> {
  const { users, items, nonZeros } = data.train;
  const sizes = { users, items, interactions: nonZeros };
  return new Map(tasks.map((task) => [task.key, estimateTask(task, sizes, fakeUsers, { gflops })]));
}

/** Operations of every task, by key: enough to fill a bar and to choose a layout. */
export function weighTasks(workload: Workload): Map<string, number> {
  return new Map([...estimates(workload, 1)].map(([key, estimate]) => [key, estimate.operations]));
}

/** The machine's speed at training WRMF on these data, in 10^9 operations a second. */
export async function measureSpeed(
  setting: DataSetting,
  data: AuditData,
  threads: number,
  kernels: EngineOptions['kernels'],
): Promise<number> {
  const { users, items, nonZeros } = data.train;
  const facts = { setting, users, items };
  const [{ options }] = resolveModels([{ name: 'wrmf', preset: null }], {}, facts).models;
  const hashes = { trainHash: '', testHash: '' };
  const operations = (epochs: number) => {
    const victim = {
      recommender: 'wrmf',
      options: { ...options, epochs },
      arm: 'clean',
      targetSets: [],
    } as const;
    const spec = { kind: 'victim', ...victim, top: 1, seed: 0, ...hashes } as const;
    const task: AuditTask = { key: '', kind: 'victim', label: '', inputs: [], spec };
    return estimateTask(task, { users, items, interactions: nonZeros }, 0, { gflops: 1 }).operations;
  };
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
  readonly seconds: number;
  readonly bytes: number;
}

export interface RunEstimate {
  readonly tasks: readonly TaskEstimate[];
  readonly layout: Layout;
  readonly gflops: number;
  /** of what is not done yet */
  readonly seconds: number;
  readonly bytes: number;
}

/** Time and memory of a workload; tasks in the store cost nothing. */
export function estimateRun(workload: Workload, layout: Layout, gflops: number, store: string): RunEstimate {
  const found = estimates(workload, gflops);
  const tasks = workload.tasks.map(({ key, label }): TaskEstimate => {
    const { seconds = 0, bytes = 0 } = found.get(key) ?? {};
    return { key, label, done: existsSync(join(store, `${key}.json`)), seconds, bytes };
  });
  const open = tasks.filter(({ done }) => !done);
  const longest = open.reduce((most, { seconds }) => Math.max(most, seconds), 0);
  const sum = open.reduce((total, { seconds }) => total + seconds, 0);
  const largest = open.map(({ bytes }) => bytes).sort((a, b) => b - a);
  return {
    tasks,
    layout,
    gflops,
    seconds: Math.max(longest, sum / layout.jobs),
    bytes: largest.slice(0, layout.jobs).reduce((total, bytes) => total + bytes, 0),
  };
}
