/**
 * The thread team: the host's threads that share the kernels' memory and take chunks of the current job (see
 * `assembly/team.ts`). The thread that calls a kernel works too, so a team of n has n - 1 workers. It grows at any time:
 * a thread takes part from when it is ready, and how many do changes no result.
 */

import { RecauditError } from '../../errors.js';
import type { ExecutorInput } from './executor.js';
import type { TeamThreadInput, WasmHost } from './host.js';
import { FAILED, GENERATION, SEATS, STOP } from './layout.js';

export interface Team {
  /** Helper threads started. */
  readonly size: number;
  /**
   * Starts one more. The thread does not keep the process alive.
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

export function createTeam(host: WasmHost, input: Omit<ExecutorInput, 'scratch'>): Team {
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
        await startThread(host, { ...input, scratch, place: size }, fail);
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

function startThread(host: WasmHost, input: TeamThreadInput, fail: (reason: unknown) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (reason: unknown) => {
      fail(reason);
      reject(reason);
    };
    host.startThread(input, end).then(resolve, end);
  });
}

function describe(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
