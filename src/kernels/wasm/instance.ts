/** What the compiled kernel module exports, and instances of it. It loads no file. */

import { type WasmMemory, type WasmModule, webAssembly } from './web-assembly.js';

export type WasmFlavour = 'simd' | 'fma';

/** What the module exports (see `assembly/index.ts`). */
export interface KernelExports {
  /** Gives this thread its scratch area. */
  setScratch(address: number): void;
  /** Runs one chunk of the job in place. */
  runChunk(operation: number, chunk: number): void;
  /** Fills the table of constants; once for a memory. */
  writeConstants(): void;
  runAlone(): void;
  /** 0 when other threads still work on the job's last chunks. */
  runTogether(): number;
  /** Works on jobs; returns after a while without any. */
  serve(place: number): void;
}

/** An instance of the module over `memory`, with its own scratch area. */
export function instantiate(module: WasmModule, memory: WasmMemory, scratch: number): KernelExports {
  const instance = new webAssembly.Instance(module, { env: { memory } });
  const exports = instance.exports as unknown as KernelExports;
  exports.setScratch(scratch);
  return exports;
}
