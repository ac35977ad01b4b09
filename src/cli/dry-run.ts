/** `--dry-run`: the tasks, with the time and memory they are expected to take here. */

import { join } from 'node:path';
import { gapsInWords } from '../audit/data-words.js';
import type { Layout } from '../execution/engine/layout.js';
import type { EngineOptions } from '../execution/engine/messages.js';
import type { RunEstimate, Workload } from '../execution/prepare/estimate-run.js';
import type { LoadedData } from '../execution/prepare/load-data.js';
import type { DataSetting } from '../recommenders/model-choice.js';
import { count, duration } from '../text/numbers.js';
import type { DryRunData, DryRunOutput } from './output.js';
import type { Session } from './session.js';
import { showBytes, table } from './style.js';

export interface DryRun {
  readonly command: string;
  readonly workload: Workload;
  readonly layout: Layout;
  /** the split data; their kind alone for a command that splits nothing */
  readonly loaded: LoadedData | Pick<LoadedData, 'setting'>;
  readonly kernels: EngineOptions['kernels'];
  readonly out: string;
}

/** An estimate in words. */
export function showEstimate({ tasks, together, seconds, unknown, bytes, gflops }: RunEstimate): string {
  if (gflops === null)
    return `Every task is done (${tasks.length} of ${tasks.length}): without --dry-run, the command gives its result at once.`;
  const rows = tasks.map((task) => [
    task.label,
    task.done ? 'done' : task.seconds === null ? 'not known' : duration(task.seconds),
    task.done ? '' : showBytes(task.bytes),
  ]);
  const open = tasks.filter(({ done }) => !done).length;
  const order = together.tasks === 1 ? 'one after the other' : `${together.tasks} side by side`;
  const share = together.threads === 1 ? 'a thread' : `${together.threads} threads`;
  return [
    table([['task', 'time', 'memory'], ...rows]),
    '',
    `${open} of ${count(tasks.length, 'task')} to do, ${order} with ${share} each: about ${duration(seconds)}, at most ${showBytes(bytes)}`,
    ...(unknown === 0
      ? []
      : [
          `and the time and memory of ${count(unknown, 'run')} of a command, which recaudit cannot know before ${unknown === 1 ? 'it runs' : 'they run'}`,
        ]),
    `Time from a short training of wrmf on these data: ${gflops.toFixed(1)} GFLOP/s a worker. Estimates, not promises.`,
  ].join('\n');
}

/** What the work is expected to take, after a measurement of this machine's speed if any is left. */
export async function estimateWork(
  session: Session,
  { workload, layout, ...rest }: Omit<DryRun, 'command' | 'loaded'> & { readonly setting: DataSetting },
): Promise<RunEstimate> {
  const { estimateRun, isAllDone, measureSpeed, togetherOf } = await import(
    '../execution/prepare/estimate-run.js'
  );
  const store = join(rest.out, 'tasks');
  const together = togetherOf(workload, layout, store);
  let gflops: number | null = null;
  if (!isAllDone(workload, store)) {
    session.progress.phase('measuring the speed of this machine');
    gflops = await measureSpeed(rest.setting, workload.data, together.threads, rest.kernels);
  }
  return estimateRun(workload, together, gflops, store);
}

/** How the data were read and split, and whom that leaves without evidence. */
async function dataOf({ name, source, train, test }: LoadedData): Promise<DryRunData> {
  const { gapsOf } = await import('../data/gaps.js');
  const { users, items } = train.interactions;
  return { name, source, users, items, gaps: gapsOf(train.interactions, test.interactions) };
}

function showData({ name, source, gaps, ...sizes }: DryRunData): string[] {
  return [table([['data', name], ...source.map(([what, value]) => [what, value])]), gapsInWords(gaps, sizes)];
}

export async function dryRun(session: Session, { command, loaded, ...work }: DryRun): Promise<void> {
  const estimate = await estimateWork(session, { ...work, setting: loaded.setting });
  const data = 'train' in loaded ? await dataOf(loaded) : undefined;
  const output: DryRunOutput = {
    schemaVersion: 1,
    command,
    dryRun: true,
    ...(data && { data }),
    ...estimate,
  };
  session.result(output, () =>
    [...(data === undefined ? [] : [...showData(data), '']), showEstimate(estimate)].join('\n'),
  );
}
