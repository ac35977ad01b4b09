/**
 * `WasmKernels`: the kernel interface over f32 SIMD WebAssembly, one shared memory and a thread team. It holds no
 * arithmetic: that is in `assembly/`.
 */

import { host as thisHost } from '#wasm-host';
import { RecauditError } from '../../errors.js';
import type { Kernels } from '../types.js';
import { createAdam } from './adam.js';
import type { InstructionSet } from './addon.js';
import { createDense } from './dense.js';
import { createElementwise } from './elementwise.js';
import type { WasmHost } from './host.js';
import type { WasmFlavour } from './instance.js';
import { createPairs } from './pairs.js';
import { createRanking } from './ranking.js';
import { createRows } from './rows.js';
import { Runtime } from './runtime.js';
import { createSoftmax } from './softmax.js';
import { createSolve } from './solve.js';
import { createSparse } from './sparse.js';

/** The last page stays unused, so that the address after an array never wraps to 0. */
export const MOST_BYTES = 2 ** 32 - 65536;
const MOST_THREADS = 64;

export interface WasmKernels extends Kernels<Float32Array> {
  readonly flavour: 'wasm-simd' | 'wasm-fma' | 'native';
  readonly bytesPerElement: 4;
}

export interface WasmKernelOptions {
  /** threads that work on a kernel, the calling one included; fewer where the host has fewer */
  readonly threads: number;
  /** how many of them may work now, asked before every kernel; default all. It changes no result */
  readonly allowance?: () => number;
  /** `auto` (default): multiply-add where the engine has it. `native`: compiled for this machine, where that was done */
  readonly flavour?: WasmFlavour | 'native' | 'auto';
  /** what the native kernels use; default the widest that the processor has. The results are the same bits */
  readonly instructionSet?: InstructionSet | 'auto';
  /** bound on kernel memory in bytes; default and most: 4 GiB less one page */
  readonly maximumBytes?: number;
  /** a kernel estimated to take fewer microseconds stays on the calling thread (default 30: what waking the team costs) */
  readonly inlineMicroseconds?: number;
  /** what the kernels run on; default this Node or this browser */
  readonly host?: WasmHost;
}

/**
 * Kernels over WebAssembly SIMD. Works on the main thread and inside a worker; `dispose` ends its threads, and
 * idle threads neither burn a processor nor keep the process alive.
 *
 * @throws RecauditError('config') on an impossible option or where the engine lacks the wanted build, or the native kernels are not built
 * @throws RecauditError('internal') when a thread does not start
 * @example
 * const kernels = await createWasmKernels({ threads: 2 });
 * const x = kernels.allocate(1000);
 * kernels.fill(x, 1);
 * kernels.sum(x); // 1000
 * kernels.release(x);
 * kernels.dispose();
 */
export async function createWasmKernels(options: WasmKernelOptions): Promise<WasmKernels> {
  const { flavour = 'auto', instructionSet = 'auto', host = thisHost } = options;
  checkRange('threads', options.threads, 1, MOST_THREADS);
  const threads = Math.min(options.threads, host.mostThreads);
  const { maximumBytes = MOST_BYTES, inlineMicroseconds = 30, allowance = () => threads } = options;
  checkRange('maximumBytes', maximumBytes, 2 ** 20 * (threads + 1), MOST_BYTES);
  const rest = { instructionSet, maximumBytes, inlineMicroseconds, host };
  const runtime = await Runtime.start({ threads, allowance, flavour, ...rest });
  return {
    flavour: runtime.flavour === 'native' ? 'native' : `wasm-${runtime.flavour}`,
    instructionSet: runtime.instructionSet,
    threads,
    bytesPerElement: 4,
    ...createMemory(runtime),
    ...createDense(runtime),
    ...createSparse(runtime),
    ...createElementwise(runtime),
    ...createAdam(runtime),
    ...createSoftmax(runtime),
    ...createRanking(runtime),
    ...createSolve(runtime),
    ...createPairs(runtime),
    ...createRows(runtime),
  };
}

function createMemory(runtime: Runtime) {
  const { heap } = runtime;
  return {
    allocate(length: number): Float32Array {
      const address = heap.allocate(4 * length);
      return new Float32Array(runtime.buffer, address, length);
    },
    allocateIndices(length: number): Int32Array {
      const address = heap.allocate(4 * length);
      return new Int32Array(runtime.buffer, address, length);
    },
    release: (array: Float32Array | Int32Array): void => heap.release(array.byteOffset),
    memory: () => ({ used: heap.used, peak: heap.peak, limit: heap.limit }),
    dispose: (): void => runtime.dispose(),
  };
}

function checkRange(name: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw new RecauditError(
    'config',
    `createWasmKernels: expected ${name} to be an integer from ${least} to ${most}, got ${value}`,
  );
}
