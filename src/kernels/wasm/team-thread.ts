/** What a helper thread does, whatever the host: says that it is ready, then serves jobs until told to stop. */

import type { NativeAddon } from './addon.js';
import { createExecutor } from './executor.js';
import type { TeamThreadInput } from './host.js';
import { FAILED, FINISHED, GENERATION, REMAINING, SEATS, SLEEPERS, STOP } from './layout.js';

export function serveTeam(
  input: TeamThreadInput,
  loadAddon: () => NativeAddon | null,
  ready: () => void,
): void {
  const control = new Int32Array(input.memory.buffer, 0, 2048);
  const kernels = createExecutor(input, loadAddon);
  ready();

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
}
