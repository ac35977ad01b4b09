/**
 * The thread team: worker threads that share the kernels' memory and take chunks of the current job (see
 * `assembly/team.ts`). The thread that calls a kernel works too, so a team of n has n - 1 workers.
 */

import { Worker } from 'node:worker_threads';
import { RecauditError } from '../../errors.js';
import type { ExecutorInput } from './executor.js';
import { FAILED, GENERATION, STOP } from './layout.js';

export interface Team {
  /** Why the team cannot work any more, or null. */
  failure(): RecauditError | null;
  /** Ends the threads. */
  stop(): void;
}

/**
 * Starts one worker for each scratch address and waits until all are ready. The workers do not keep the process alive.
 *
 * @throws RecauditError('internal') when a thread does not start
 */
export async function startTeam(
  input: Omit<ExecutorInput, 'scratch'>,
  scratches: readonly number[],
): Promise<Team> {
  const control = new Int32Array(input.memory.buffer, 0, 2048);
  let failure: RecauditError | null = null;
  let stopped = false;
  const fail = (reason: unknown) => {
    if (stopped) return;
    failure ??= new RecauditError('internal', `kernel threads: a thread ended early (${describe(reason)})`, {
      cause: reason,
    });
  };
  const stop = () => {
    stopped = true;
    Atomics.store(control, STOP >> 2, 1);
    Atomics.add(control, GENERATION >> 2, 1);
    Atomics.notify(control, GENERATION >> 2);
  };
  try {
    await Promise.all(scratches.map((scratch) => startThread({ ...input, scratch }, fail)));
  } catch (reason) {
    stop();
    throw new RecauditError('internal', `kernel threads: a thread did not start (${describe(reason)})`, {
      cause: reason,
    });
  }
  return {
    failure: () => {
      if (failure === null && Atomics.load(control, FAILED >> 2) > 0) fail('a kernel trapped');
      return failure;
    },
    stop,
  };
}

function startThread(input: ExecutorInput, fail: (reason: unknown) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./team-thread.js', import.meta.url), {
      workerData: input,
      name: 'recaudit-kernels',
      execArgv: [],
    });
    const end = (reason: unknown) => {
      fail(reason);
      reject(reason);
    };
    worker.once('message', () => {
      worker.unref();
      resolve();
    });
    worker.once('error', end);
    worker.once('exit', (status) => end(`exit ${status}`));
  });
}

function describe(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
