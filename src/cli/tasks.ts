/** What commands that run a graph of tasks share: where results lie, how failures are told. */

import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { TASK_SCHEMA_VERSION } from '../audit/plan/versions.js';
import { EXIT_STATUS, RecauditError } from '../errors.js';
import { clearOrphans } from '../execution/command/run-folder.js';
import type { Layout } from '../execution/engine/layout.js';
import type { FailedTask } from '../execution/engine/pool.js';
import { RunStore } from '../execution/files/store.js';
import { inert } from '../text/names.js';
import { count } from '../text/numbers.js';
import { noteFailedTasks, type ToldFailure } from './failure.js';
import type { Session } from './session.js';
import { table } from './style.js';

let cleared = false;

/** Ends and removes, once, what killed runs left of users' own commands. */
function clearLeftovers({ progress }: Session): void {
  if (cleared) return;
  cleared = true;
  const { folders, processes } = clearOrphans();
  if (processes.length > 0)
    progress.notice(
      `Ended what a killed run left of its command: ${count(processes.length, 'process', 'processes')} (${processes.join(', ')})`,
    );
  if (folders > 0)
    progress.notice(`Removed what a killed run left in ${tmpdir()}: ${count(folders, 'folder')}`);
}

/** The run store below an output folder. @throws RecauditError('storage') when it cannot be written */
export function openStore(out: string, session: Session): RunStore {
  clearLeftovers(session);
  const store = new RunStore(join(out, 'tasks'), session.progress.notice);
  store.noteTaskSchema(TASK_SCHEMA_VERSION);
  return store;
}

/** How tasks share the cores, in words. */
export function showLayout({ jobs, threads, cores = jobs * threads }: Layout): string {
  const share = count(cores, 'thread');
  return jobs === 1
    ? `one after the other, with ${share}`
    : `that share ${share}, at most ${jobs} side by side`;
}

/** Tells a user who asked for more threads than there are cores. */
export function noticeLayout({ jobs, threads, cores = jobs * threads }: Layout, session: Session): void {
  const available = availableParallelism();
  if (cores > available)
    session.progress.notice(`${cores} threads share ${count(available, 'core')}: expect no gain from that`);
}

/** Failed tasks as JSON documents tell them. */
export function tellFailures(failed: readonly FailedTask[]): ToldFailure[] {
  return failed.map(({ key, label, error }) => ({ key, label, code: error.code, message: error.message }));
}

/** Where tasks failed and none succeeded there is nothing to report: the first failure is the error, and names all. */
export function refuseEmpty(failed: readonly FailedTask[], succeeded: number): void {
  if (failed.length === 0 || succeeded > 0) return;
  noteFailedTasks(failed[0].error, tellFailures(failed));
  throw failed[0].error;
}

/** The failed tasks on stderr, and exit status 5. */
export function reportFailedTasks(failed: readonly FailedTask[], succeeded: number): void {
  refuseEmpty(failed, succeeded);
  if (failed.length === 0) return;
  const rows = failed.map(({ label, error }) => [label, error.code, error.message]);
  process.stderr.write(`\n${inert(table([['failed task', 'kind', 'why'], ...rows]), '\n')}\n`);
  const tasks = failed.length === 1 ? '1 task' : `${failed.length} tasks`;
  const message = `${tasks} failed; the others are stored, and the same command tries again`;
  process.stderr.write(`recaudit: ${message}\n`);
  for (const { error } of failed)
    if (process.env.RECAUDIT_DEBUG === '1') process.stderr.write(`${error.stack}\n`);
  process.exitCode = EXIT_STATUS.tasks;
}

/** A result that must be there after its task succeeded. */
export function resultOf<T>(results: ReadonlyMap<string, unknown>, key: string): T {
  const result = results.get(key);
  if (result === undefined) throw new RecauditError('internal', `no result of task ${key.slice(0, 12)}`);
  return result as T;
}
