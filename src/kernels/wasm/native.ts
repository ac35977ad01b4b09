/**
 * Loads the native kernels (`native/`): the operations of the WebAssembly module once more, compiled for this machine,
 * over the same memory and the same jobs. It says what there is and runs nothing.
 */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { RecauditError } from '../../errors.js';
import type { WasmMemory } from './web-assembly.js';

/** All give the same bits (see `native/lanes.h`). */
export type InstructionSet = 'avx512' | 'avx2' | 'neon';

/** Runs chunks [from, to) of the job in place; false where the operation is not native, and nothing was done. */
export type RunChunks = (operation: number, from: number, to: number) => boolean;

interface NativeAddon {
  /** what this processor runs, the widest first */
  readonly instructionSets: readonly InstructionSet[];
  create(memory: Uint8Array, scratch: number, set: InstructionSet): RunChunks;
}

const FILE = new URL('../../../native/build/Release/recaudit_kernels.node', import.meta.url);

let loaded: NativeAddon | null | undefined;

function loadAddon(): NativeAddon | null {
  if (loaded === undefined) {
    const path = fileURLToPath(FILE);
    loaded = existsSync(path) ? (createRequire(import.meta.url)(path) as NativeAddon) : null;
  }
  return loaded;
}

/** The instruction sets that native kernels can use here, the widest first; none where they are not built. */
export function nativeInstructionSets(): readonly InstructionSet[] {
  return loadAddon()?.instructionSets ?? [];
}

/**
 * The instruction set to use.
 *
 * @throws RecauditError('config') where the native kernels are not built or this processor lacks the wanted set
 */
export function chooseInstructionSet(wanted: InstructionSet | 'auto'): InstructionSet {
  const sets = nativeInstructionSets();
  const found = wanted === 'auto' ? sets[0] : sets.find((set) => set === wanted);
  if (found !== undefined) return found;
  const what = wanted === 'auto' ? 'AVX2, AVX-512 or NEON' : wanted;
  throw new RecauditError(
    'config',
    loadAddon() === null
      ? "kernels: expected native kernels, got none built. Run `npm rebuild recaudit` (in a checkout `npm run build:native`) where a C++ compiler is, or use 'auto' kernels"
      : `kernels: expected a processor with ${what}, got one with ${sets.join(' and ') || 'none of them'}. Use 'auto' kernels`,
  );
}

/** The native kernels of one thread, with its scratch area. A shared memory grows in place, so its address stays. */
export function instantiateNative(memory: WasmMemory, scratch: number, set: InstructionSet): RunChunks {
  const addon = loadAddon();
  if (addon === null) throw new RecauditError('internal', 'kernels: expected native kernels, got none');
  return addon.create(new Uint8Array(memory.buffer), scratch, set);
}
