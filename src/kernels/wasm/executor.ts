/**
 * What runs jobs on one thread: the WebAssembly module alone, or with the native kernels for the operations that they have.
 * With native kernels the protocol of `assembly/team.ts` runs here, chunk by chunk, because each chunk may go to either;
 * both work on the same memory. It knows no operation.
 */

import { RecauditError } from '../../errors.js';
import type { InstructionSet, NativeAddon } from './addon.js';
import { instantiate, type KernelExports } from './instance.js';
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
} from './layout.js';
import type { WasmMemory, WasmModule } from './web-assembly.js';

/** Polls before a thread goes to sleep: some tens of microseconds. */
const SPINS = 30000;

/** See `KernelExports` for what each does. */
export type Executor = Pick<KernelExports, 'writeConstants' | 'runAlone' | 'runTogether' | 'serve'>;

export interface ExecutorInput {
  readonly module: WasmModule;
  readonly memory: WasmMemory;
  readonly scratch: number;
  /** of the native kernels; null: WebAssembly alone */
  readonly instructionSet: InstructionSet | null;
}

/** @throws RecauditError('internal') where native kernels are wanted and not built */
export function createExecutor(
  { module, memory, scratch, instructionSet }: ExecutorInput,
  loadAddon: () => NativeAddon | null,
): Executor {
  const exports = instantiate(module, memory, scratch);
  if (instructionSet === null) return exports;
  const addon = loadAddon();
  if (addon === null) throw new RecauditError('internal', 'kernels: expected native kernels, got none');
  const runNative = addon.create(new Uint8Array(memory.buffer), scratch, instructionSet);
  const control = new Int32Array(memory.buffer, 0, 2048);
  return withNative(exports, control, (operation, from, to) => {
    if (runNative(operation, from, to)) return;
    for (let chunk = from; chunk < to; chunk++) exports.runChunk(operation, chunk);
  });
}

function withNative(
  exports: KernelExports,
  control: Int32Array,
  run: (operation: number, from: number, to: number) => void,
): Executor {
  /** A chunk of the current job, or -1: only a claim says which job that is. */
  const claim = (): number => {
    let remaining = Atomics.load(control, REMAINING >> 2);
    while (remaining > 0) {
      const seen = Atomics.compareExchange(control, REMAINING >> 2, remaining, remaining - 1);
      if (seen === remaining) return control[JOB_CHUNKS >> 2] - remaining;
      remaining = seen;
    }
    return -1;
  };
  const work = (): void => {
    for (let chunk = claim(); chunk >= 0; chunk = claim()) {
      run(control[JOB_OPERATION >> 2], chunk, chunk + 1);
      Atomics.add(control, FINISHED >> 2, 1);
      if (Atomics.load(control, WAITING >> 2) !== 0) Atomics.notify(control, FINISHED >> 2, 1);
    }
  };
  return {
    writeConstants: () => exports.writeConstants(),
    runAlone: () => run(control[JOB_OPERATION >> 2], 0, control[JOB_CHUNKS >> 2]),
    runTogether() {
      const chunks = control[JOB_CHUNKS >> 2];
      Atomics.store(control, FINISHED >> 2, 0);
      Atomics.store(control, REMAINING >> 2, chunks);
      Atomics.add(control, GENERATION >> 2, 1);
      if (Atomics.load(control, SLEEPERS >> 2) > 0) Atomics.notify(control, GENERATION >> 2);
      work();
      for (let spins = 0; spins < SPINS; spins++) {
        if (Atomics.load(control, FINISHED >> 2) === chunks) return 1;
      }
      return 0;
    },
    serve(place) {
      const seated = () =>
        place < Atomics.load(control, SEATS >> 2) && Atomics.load(control, STOP >> 2) === 0;
      for (let spins = 0; spins < SPINS && seated(); spins++) {
        if (Atomics.load(control, REMAINING >> 2) <= 0) continue;
        work();
        spins = 0;
      }
    },
  };
}
