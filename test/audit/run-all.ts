/** Runs a whole plan in order, as an executor would, with results that went through JSON. */

import { planAudit } from '../../dist/audit/plan/plan.js';
import { type AuditReport, auditReport } from '../../dist/audit/report-document.js';
import { runTask } from '../../dist/audit/run/run-task.js';
import { aggregateAudit } from '../../dist/audit/summary/aggregate.js';
import { collectEvidence } from '../../dist/audit/summary/evidence.js';
import type { TaskRun } from '../../dist/audit/summary/summary-types.js';
import type { AuditConfig, AuditData, AuditPlan, TaskResult } from '../../dist/audit/types.js';
import type { Registries } from '../../dist/registries.js';
import { context, registries as small, config as smallAudit, test, train } from './fixtures.js';

export async function runAll(
  config: AuditConfig = smallAudit,
  registries: Registries = small,
  data: AuditData = { train, test },
): Promise<{ plan: AuditPlan; results: Map<string, TaskResult> }> {
  const plan = planAudit(config, registries);
  const results = new Map<string, TaskResult>();
  for (const task of plan.tasks) {
    const inputs = Object.fromEntries(task.inputs.map((key) => [key, results.get(key) as TaskResult]));
    const result = await runTask(task, inputs, data, context(), registries);
    results.set(task.key, JSON.parse(JSON.stringify(result)) as TaskResult);
  }
  return { plan, results };
}

/** The report of these results, as the command line makes it. */
export function reportOf(
  config: AuditConfig,
  plan: AuditPlan,
  results: ReadonlyMap<string, TaskResult>,
  runs: ReadonlyMap<string, TaskRun> = new Map(),
  data: AuditData = { train, test },
): AuditReport {
  const summary = aggregateAudit(config, plan, results, runs);
  return auditReport(config, plan, summary, collectEvidence(config, plan, results, data));
}
