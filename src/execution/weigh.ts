/** How much work a task is, in multiply-add operations: enough to order tasks, fill a bar and choose a layout. */

import type { AuditData, AuditTask } from '../audit/index.js';
import type { WrmfOptions } from '../recommenders/wrmf-options.js';
import type { PreparedAudit } from './prepare-audit.js';

/** Operations of one training epoch in the structured form: sparse products, and Gram products a batch. */
function epoch(users: number, items: number, entries: number, options: WrmfOptions): number {
  const { factors: k, batchSize } = options;
  const batches = batchSize === 0 ? 1 : Math.ceil(users / batchSize);
  return (
    6 * entries * k + 4 * users * k * k + 4 * batches * items * k * k + 20 * (users + items) * k * batches
  );
}

/** One ranking of all items for all users. */
function ranking(users: number, items: number, k: number): number {
  return 2 * users * items * k;
}

/** Back-propagation costs about four times the step it differentiates, on the path that records it. */
const BACKWARD = 5;

function operations({ spec }: AuditTask, { train }: AuditData): number {
  const { users, items, nonZeros } = train;
  if (spec.kind === 'control') return nonZeros;
  if (spec.kind === 'victim') {
    const options = spec.options as WrmfOptions;
    return options.epochs * epoch(users, items, nonZeros, options) + ranking(users, items, options.factors);
  }
  const { surrogate, outerSteps, estimator, keepBest } = spec.options;
  const { epochs, factors } = surrogate;
  const unrolled = estimator.kind === 'exact' ? epochs : estimator.kind === 'partial' ? 0 : estimator.epochs;
  const trainings = keepBest === 'fresh-seed' ? 2 : 1;
  const fakeGradient = 4 * unrolled * spec.fakeUsers * items * factors;
  const step =
    (trainings * epochs + BACKWARD * unrolled) * epoch(users, items, nonZeros, surrogate) +
    3 * ranking(users, items, factors) +
    fakeGradient;
  return (outerSteps + 1) * step;
}

/** Operations of every task of a plan, by key. */
export function weighTasks({ plan, data }: PreparedAudit): Map<string, number> {
  return new Map(plan.tasks.map((task) => [task.key, operations(task, data)]));
}
