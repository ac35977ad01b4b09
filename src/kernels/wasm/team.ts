/**
 * The thread team: worker threads that share the kernels' memory and take chunks of the current job (see
 * `assembly/team.ts`). The thread that calls a kernel works too, so a team of n has n - 1 workers. It grows at any time:
 * a thread takes part from when it is ready, and how many do changes no result.
 */

import { Worker } from 'node:worker_threads';
import { RecauditError } from '../../errors.js';
import type { ExecutorInput } from './executor.js';
import { FAILED, GENERATION, SEATS, STOP } from './layout.js';

/** What a helper thread starts with. */
export interface TeamThreadInput extends ExecutorInput {
  /** in the team, counted from 1; it works while this is below the number of seats */
  readonly place: number;
}

export interface Team {
  /** Helper threads started. */
  readonly size: number;
  /**
   * Starts one more. The worker does not keep the process alive.
   *
   * @returns when it is ready; nobody needs to wait for that
   * @throws RecauditError('internal') when the thread does not start
   */
  add(scratch: number): Promise<void>;
  /** Why the team cannot work any more, or null. */
  failure(): RecauditError | null;
  /** Ends the threads. */
  stop(): void;
}

export function createTeam(input: Omit<ExecutorInput, 'scratch'>): Team {
  const control = new Int32Array(input.memory.buffer, 0, 2048);
  let size = 0;
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
    for (const word of [GENERATION, SEATS]) {
      Atomics.add(control, word >> 2, 1);
      Atomics.notify(control, word >> 2);
    }
  };
  return {
    get size() {
      return size;
    },
    async add(scratch) {
      size++;
      try {
        await startThread({ ...input, scratch, place: size }, fail);
      } catch (reason) {
        stop();
        throw new RecauditError('internal', `kernel threads: a thread did not start (${describe(reason)})`, {
          cause: reason,
        });
      }
    },
    failure: () => {
      if (failure === null && Atomics.load(control, FAILED >> 2) > 0) fail('a kernel trapped');
      return failure;
    },
    stop,
  };
}

function startThread(input: TeamThreadInput, fail: (reason: unknown) => void): Promise<void> {
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
