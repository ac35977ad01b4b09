/** How many workers run side by side, and with how many threads each. Results depend on neither. */

import { availableParallelism } from 'node:os';

export interface Layout {
  readonly jobs: number;
  readonly threads: number;
}

export interface LayoutRequest {
  /** tasks that could run at the same moment */
  readonly tasks: number;
  /** multiply-add operations of the largest one; small ones lose more to waiting for a team than they gain */
  readonly largestTask: number;
  readonly jobs?: number | undefined;
  readonly threads?: number | undefined;
  readonly cores?: number;
}

/** Below this a task is too small for a thread team to help. */
const SMALL_TASK = 2e11;

/**
 * One worker with all cores for few or large tasks; several single-thread workers for many small ones. What is given is
 * kept, the other is chosen so that jobs x threads never exceeds the cores.
 *
 * @example chooseLayout({ tasks: 12, largestTask: 1e9, cores: 2 }) // { jobs: 2, threads: 1 }
 */
export function chooseLayout(request: LayoutRequest): Layout {
  const { tasks, largestTask, cores = availableParallelism() } = request;
  if (request.jobs !== undefined) {
    return { jobs: request.jobs, threads: request.threads ?? Math.max(1, Math.floor(cores / request.jobs)) };
  }
  if (request.threads !== undefined) {
    const room = Math.max(1, Math.floor(cores / request.threads));
    return { jobs: Math.max(1, Math.min(room, tasks)), threads: request.threads };
  }
  if (largestTask < SMALL_TASK && tasks >= cores) return { jobs: cores, threads: 1 };
  return { jobs: 1, threads: cores };
}
