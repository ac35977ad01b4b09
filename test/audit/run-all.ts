/** Runs a whole plan in order, as an executor would, with results that went through JSON. */

import { planAudit, type Registries } from '../../dist/audit/plan.js';
import { runTask } from '../../dist/audit/run-task.js';
import type { AuditConfig, AuditData, AuditPlan, TaskResult } from '../../dist/audit/types.js';
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
