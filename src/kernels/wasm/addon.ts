/**
 * What the native kernels (`native/`) export: the operations of the WebAssembly module once more, compiled for this machine,
 * over the same memory and the same jobs.
 */

/** All give the same bits (see `native/lanes.h`). */
export type InstructionSet = 'avx512' | 'avx2' | 'neon';

/** Runs chunks [from, to) of the job in place; false where the operation is not native, and nothing was done. */
export type RunChunks = (operation: number, from: number, to: number) => boolean;

export interface NativeAddon {
  /** what this processor runs, the widest first */
  readonly instructionSets: readonly InstructionSet[];
  create(memory: Uint8Array, scratch: number, set: InstructionSet): RunChunks;
}
