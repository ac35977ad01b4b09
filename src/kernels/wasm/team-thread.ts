/** The program of a helper thread: says that it is ready, then serves jobs until told to stop. */

import { parentPort, workerData } from 'node:worker_threads';
import { createExecutor } from './executor.js';
import { FAILED, FINISHED, GENERATION, REMAINING, SEATS, SLEEPERS, STOP } from './layout.js';
import type { TeamThreadInput } from './team.js';

const input = workerData as TeamThreadInput;
const control = new Int32Array(input.memory.buffer, 0, 2048);
const kernels = createExecutor(input);
parentPort?.postMessage('ready');

const stopped = () => Atomics.load(control, STOP >> 2) !== 0;

/** Works until there was nothing to do for a while, or no seat. */
function serve(): void {
  try {
    kernels.serve(input.place);
  } catch {
    // A trap inside a chunk: report it and count the chunk as done, or the caller would wait for ever.
    Atomics.add(control, FAILED >> 2, 1);
    Atomics.add(control, FINISHED >> 2, 1);
    Atomics.notify(control, FINISHED >> 2);
  }
}

/** Sleeps until the next job. The job is looked for after the thread has said that it sleeps, so none is missed. */
function sleep(): void {
  const generation = Atomics.load(control, GENERATION >> 2);
  Atomics.add(control, SLEEPERS >> 2, 1);
  if (Atomics.load(control, REMAINING >> 2) <= 0 && !stopped()) {
    Atomics.wait(control, GENERATION >> 2, generation);
  }
  Atomics.sub(control, SLEEPERS >> 2, 1);
}

while (!stopped()) {
  const seats = Atomics.load(control, SEATS >> 2);
  if (input.place < seats) {
    serve();
    sleep();
  } else if (!stopped()) Atomics.wait(control, SEATS >> 2, seats);
}
