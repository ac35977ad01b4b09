/**
 * Loads the compiled kernel module and says which of the two builds this machine accepts. It runs nothing.
 */

import { readFileSync } from 'node:fs';
import { RecauditError } from '../../errors.js';
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

const modules = new Map<WasmFlavour, WasmModule | null>();

/** The compiled build, or null where the engine rejects it (relaxed SIMD needs Node 22 or later). */
export function loadModule(flavour: WasmFlavour): WasmModule | null {
  let module = modules.get(flavour);
  if (module === undefined) {
    const bytes = readFileSync(new URL(`./${flavour}.wasm`, import.meta.url));
    module = webAssembly.validate(bytes) ? new webAssembly.Module(bytes) : null;
    modules.set(flavour, module);
  }
  return module;
}

/**
 * The build to use: `auto` takes multiply-add where there is one.
 *
 * @throws RecauditError('config') when the wanted build cannot run here
 */
export function chooseModule(wanted: WasmFlavour | 'auto'): {
  flavour: WasmFlavour;
  module: WasmModule;
} {
  const order: WasmFlavour[] = wanted === 'auto' ? ['fma', 'simd'] : [wanted];
  for (const flavour of order) {
    const module = loadModule(flavour);
    if (module !== null) return { flavour, module };
  }
  throw new RecauditError(
    'config',
    `kernels: expected WebAssembly ${order.at(-1)} support, got none in Node ${process.versions.node}. ` +
      (wanted === 'fma' ? "Use Node 22 or later, or the 'simd' kernels" : 'Use Node 20.19 or later'),
  );
}

/** An instance of the module over `memory`, with its own scratch area. */
export function instantiate(module: WasmModule, memory: WasmMemory, scratch: number): KernelExports {
  const instance = new webAssembly.Instance(module, { env: { memory } });
  const exports = instance.exports as unknown as KernelExports;
  exports.setScratch(scratch);
  return exports;
}
