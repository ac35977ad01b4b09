/**
 * How threads share a job. A chunk is claimed by taking one off `REMAINING`; only then are the job's arguments
 * read, so a claim is always of the current job, however late the thread is. The caller publishes a job by setting
 * `REMAINING` last and takes the next one only when `FINISHED` says that every chunk is done.
 *
 * A helper thread has a place in the team, counted from 1 (the caller is 0), and takes part while it is below `SEATS`,
 * which the caller changes between jobs only.
 *
 * Threads sleep on the JavaScript side (`Atomics.wait`): the baseline compiler of Node 20 miscompiles
 * `memory.atomic.wait32` now and then (it waits for a value that the word already has).
 */

import {
  FINISHED,
  GENERATION,
  JOB_CHUNKS,
  JOB_OPERATION,
  REMAINING,
  SEATS,
  SLEEPERS,
  STOP,
  WAITING,
} from '../src/kernels/wasm/layout';
import { runChunk } from './dispatch';

/** Polls before a thread goes to sleep: some tens of microseconds. */
@inline
const SPINS = 30000;

function claim(): i32 {
  let remaining = atomic.load<i32>(REMAINING);
  while (remaining > 0) {
    const seen = atomic.cmpxchg<i32>(REMAINING, remaining, remaining - 1);
    if (seen == remaining) return load<i32>(JOB_CHUNKS) - remaining;
    remaining = seen;
  }
  return -1;
}

/** Does chunks of the current job until none is left. */
export function work(): void {
  let chunk = claim();
  while (chunk >= 0) {
    runChunk(load<i32>(JOB_OPERATION), chunk);
    atomic.add<i32>(FINISHED, 1);
    if (atomic.load<i32>(WAITING)) atomic.notify(FINISHED, 1);
    chunk = claim();
  }
}

/** Polls and works; returns when there was nothing to do for a while, without a seat, or when told to stop. */
export function serve(place: i32): void {
  let spins = 0;
  while (spins < SPINS && place < atomic.load<i32>(SEATS) && !atomic.load<i32>(STOP)) {
    if (atomic.load<i32>(REMAINING) > 0) {
      work();
      spins = 0;
    } else {
      spins++;
    }
  }
}

/** Runs all chunks of the current job on this thread. */
export function runAlone(): void {
  const operation = load<i32>(JOB_OPERATION);
  const chunks = load<i32>(JOB_CHUNKS);
  for (let chunk = 0; chunk < chunks; chunk++) runChunk(operation, chunk);
}

/** Runs the current job with the team; returns false when others still work on its last chunks after some polling. */
export function runTogether(): bool {
  const chunks = load<i32>(JOB_CHUNKS);
  atomic.store<i32>(FINISHED, 0);
  atomic.store<i32>(REMAINING, chunks);
  atomic.add<i32>(GENERATION, 1);
  if (atomic.load<i32>(SLEEPERS) > 0) atomic.notify(GENERATION, -1);
  work();
  for (let spins = 0; spins < SPINS; spins++) {
    if (atomic.load<i32>(FINISHED) == chunks) return true;
  }
  return false;
}
