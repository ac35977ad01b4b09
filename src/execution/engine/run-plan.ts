/** Runs the tasks of an audit on engines, against a run store. */

import type { AuditData, AuditPlan, TaskResult } from '../../audit/types.js';
import type { RunRecord, RunStore } from '../files/store.js';
import { shareAuditData } from './audit-data.js';
import { PACKAGE_JOBS } from './engine.js';
import type { Layout, TaskDemand } from './layout.js';
import type { EngineOptions } from './messages.js';
import { type FailedTask, runGraph, type TaskEvent, type TaskNode } from './pool.js';

export interface RunOptions {
  readonly store: RunStore;
  readonly layout: Layout;
  /** what each task asks for, by key; default: all alike, and no memory */
  readonly demands?: ReadonlyMap<string, TaskDemand>;
  readonly kernels: EngineOptions['kernels'];
  /** files of plug-ins */
  readonly plugins?: readonly string[];
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: TaskEvent) => void;
}

export interface RunOutcome {
  readonly results: ReadonlyMap<string, TaskResult>;
  readonly runs: ReadonlyMap<string, RunRecord>;
  readonly failed: readonly FailedTask[];
  readonly peakResidentBytes: number;
}

/** The nodes of a plan: one an audit task. */
export function nodesOf({ tasks }: Pick<AuditPlan, 'tasks'>): TaskNode[] {
  return tasks.map((task) => ({
    key: task.key,
    label: task.label,
    needs: task.inputs,
    job: 'audit',
    payload: task,
  }));
}

/**
 * Runs a graph of tasks that compute on audit data.
 *
 * @throws RecauditError('interrupted' | 'storage'); failed tasks are in the outcome
 */
export async function runNodes(
  nodes: readonly TaskNode[],
  data: AuditData,
  { kernels, plugins = [], ...rest }: RunOptions,
): Promise<RunOutcome> {
  const engine = { kernels, plugins, jobs: PACKAGE_JOBS, shared: shareAuditData(data) };
  const outcome = await runGraph(nodes, { engine, ...rest });
  return { ...outcome, results: outcome.results as ReadonlyMap<string, TaskResult> };
}
