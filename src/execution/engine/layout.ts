/** How many cores a run of tasks uses, and how they are divided. Results depend on none of it. */

import { availableParallelism } from 'node:os';
import { descriptorLimit } from '../resources.js';

export interface Layout {
  /** most tasks side by side */
  readonly jobs: number;
  /** most threads of one task */
  readonly threads: number;
  /** what all tasks share (default jobs x threads) */
  readonly cores?: number;
  /** threads that a large task keeps while others wait (default its part of the cores) */
  readonly wide?: number;
}

/** What a task asks for. */
export interface TaskDemand {
  /** floating-point operations, or another measure of its work that is the same for all tasks */
  readonly operations: number;
  /** most memory while it runs */
  readonly bytes: number;
  /** whether it keeps the threads that it started with, as a user's own command does */
  readonly fixed: boolean;
  /** seconds on one thread that more threads do not shorten */
  readonly plainSeconds?: number;
}

/** A task that runs. */
export interface Running {
  readonly demand: TaskDemand;
  /** threads it was given last; 0 before it starts */
  readonly threads: number;
}

export interface LayoutRequest {
  readonly jobs?: number | undefined;
  readonly threads?: number | undefined;
  readonly cores?: number;
}

/** A task of fewer operations loses more to waiting for a team than it gains, while others could use the cores. */
const SMALL_TASK = 2e11;
/**
 * Threads that a large task keeps while others wait. What a task computes on one thread (batches, patterns: 5 to 15 % of an
 * attack) leaves more of them idle; side by side, tasks also take more memory.
 */
const WIDE = 4;

/**
 * What is given is kept; else every task may have all cores, and as many run as there are cores. Only when both are given
 * can there be more threads than cores.
 *
 * @example chooseLayout({ cores: 8 }) // { jobs: 8, threads: 8, cores: 8, wide: 4 }
 */
export function chooseLayout(request: LayoutRequest, descriptors = descriptorLimit()): Layout {
  return withinDescriptors(wishedLayout(request), descriptors);
}

/** Descriptors of a process without workers, and of a worker: measured. */
const PROCESS_DESCRIPTORS = 32;
const WORKER_DESCRIPTORS = 4;

/** Fewer threads, then fewer tasks, where every one of them could not have its descriptors. */
function withinDescriptors(layout: Layout, descriptors: number): Layout {
  const workers = Math.max(2, Math.floor((descriptors - PROCESS_DESCRIPTORS) / WORKER_DESCRIPTORS));
  const { jobs, threads, cores = jobs * threads, wide = threads } = layout;
  if (jobs * (1 + threads) <= workers) return layout;
  const fewer = Math.max(1, Math.min(jobs, Math.floor(workers / 2)));
  const team = Math.max(1, Math.min(threads, Math.floor(workers / fewer) - 1));
  return { jobs: fewer, threads: team, cores: Math.min(cores, fewer * team), wide: Math.min(wide, team) };
}

function wishedLayout({ jobs, threads, cores = availableParallelism() }: LayoutRequest): Layout {
  if (jobs !== undefined && threads !== undefined)
    return { jobs, threads, cores: jobs * threads, wide: threads };
  if (threads !== undefined) {
    const room = Math.max(1, Math.floor(cores / threads));
    return { jobs: room, threads, cores: room * threads, wide: threads };
  }
  if (jobs === undefined) return { jobs: cores, threads: cores, cores, wide: Math.min(cores, WIDE) };
  return { jobs, threads: cores, cores: Math.max(cores, jobs), wide: Math.max(1, Math.floor(cores / jobs)) };
}

/** One task after the other, each with all the threads. */
export function oneByOne(threads: number = availableParallelism()): Layout {
  return { jobs: 1, threads, cores: threads, wide: threads };
}

const coresOf = ({ jobs, threads, cores = jobs * threads }: Layout): number => cores;

/** Threads that a task keeps for itself while others wait. */
function keeps({ demand, threads }: Running, layout: Layout): number {
  if (demand.fixed && threads > 0) return threads;
  const { wide = Math.max(1, Math.floor(coresOf(layout) / layout.jobs)) } = layout;
  return demand.operations < SMALL_TASK ? 1 : Math.min(wide, layout.threads);
}

/**
 * Whether a task may start beside those that run: there is a core that none of them keeps, and memory for all.
 *
 * @param memory bytes that all tasks may hold together; a task that runs alone may hold more
 */
export function mayStart(
  next: TaskDemand,
  running: readonly Running[],
  layout: Layout,
  memory: number,
): boolean {
  if (running.length === 0) return true;
  if (running.length >= layout.jobs) return false;
  const kept = running.reduce((sum, task) => sum + keeps(task, layout), 0);
  const held = running.reduce((sum, { demand }) => sum + demand.bytes, next.bytes);
  return kept < coresOf(layout) && held <= memory;
}

/**
 * Divides all cores among the tasks that run: one for each, then one after the other to the task with the most operations
 * for each thread it would then have (D'Hondt's rule).
 *
 * @returns threads of each task
 * @example shareCores([large, small], { jobs: 4, threads: 4, cores: 4 }) // [3, 1]
 */
export function shareCores(running: readonly Running[], layout: Layout): number[] {
  const settled = running.map(({ demand, threads }) => demand.fixed && threads > 0);
  const shares = running.map(({ threads }, task) => (settled[task] ? threads : 1));
  let free = coresOf(layout) - shares.reduce((sum, threads) => sum + threads, 0);
  for (; free > 0; free--) {
    const quotients = running.map(({ demand }, task) =>
      settled[task] || shares[task] >= layout.threads ? -1 : demand.operations / (shares[task] + 1),
    );
    const best = Math.max(...quotients);
    if (best < 0) break;
    shares[quotients.indexOf(best)]++;
  }
  return shares;
}

/** The largest tasks of a run that may be side by side. */
export interface Together {
  readonly tasks: number;
  /** of each, on average */
  readonly threads: number;
  readonly bytes: number;
}

/** What a run holds at most, and how wide it usually is, if its largest tasks run first. */
export function largestTogether(demands: readonly TaskDemand[], layout: Layout, memory: number): Together {
  const running: Running[] = [];
  for (const demand of [...demands].sort((a, b) => b.bytes - a.bytes)) {
    if (mayStart(demand, running, layout, memory)) running.push({ demand, threads: 0 });
  }
  const tasks = Math.max(1, running.length);
  return {
    tasks,
    threads: Math.min(layout.threads, Math.max(1, Math.floor(coresOf(layout) / tasks))),
    bytes: running.reduce((sum, { demand }) => sum + demand.bytes, 0),
  };
}
