/** `--dry-run`: the tasks, with the time and memory they are expected to take here. */

import { join } from 'node:path';
import type { DataSetting } from '../attacks/recipes.js';
import { duration } from '../audit/words.js';
import type { RunEstimate, Workload } from '../execution/estimate-run.js';
import type { Layout } from '../execution/layout.js';
import type { EngineOptions } from '../execution/messages.js';
import type { Session } from './session.js';
import { showBytes, table } from './style.js';

export interface DryRun {
  readonly command: string;
  readonly workload: Workload;
  readonly layout: Layout;
  readonly setting: DataSetting;
  readonly kernels: EngineOptions['kernels'];
  readonly out: string;
}

function show({ tasks, together, seconds, unknown, bytes, gflops }: RunEstimate): string {
  const rows = tasks.map((task) => [
    task.label,
    task.done ? 'done' : task.seconds === null ? 'not known' : duration(task.seconds),
    task.done ? '' : showBytes(task.bytes),
  ]);
  const open = tasks.filter(({ done }) => !done).length;
  return [
    table([['task', 'time', 'memory'], ...rows]),
    '',
    `${open} of ${tasks.length} tasks to do, ${together.tasks} side by side with ${together.threads === 1 ? 'a thread' : `${together.threads} threads`} each: about ${duration(seconds)}, at most ${showBytes(bytes)}`,
    ...(unknown === 0
      ? []
      : [
          `and the time and memory of ${unknown} runs of a command, which recaudit cannot know before they run`,
        ]),
    `Time from a short training of wrmf on these data: ${gflops.toFixed(1)} GFLOP/s a worker. Estimates, not promises.`,
  ].join('\n');
}

export async function dryRun(
  session: Session,
  { command, workload, layout, ...rest }: DryRun,
): Promise<void> {
  const { estimateRun, measureSpeed, togetherOf } = await import('../execution/estimate-run.js');
  session.progress.phase('measuring the speed of this machine');
  const store = join(rest.out, 'tasks');
  const together = togetherOf(workload, layout, store);
  const gflops = await measureSpeed(rest.setting, workload.data, together.threads, rest.kernels);
  const estimate = estimateRun(workload, together, gflops, store);
  session.result({ schemaVersion: 1, command, dryRun: true, ...estimate }, () => show(estimate));
}
