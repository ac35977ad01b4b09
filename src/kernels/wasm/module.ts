/** Loads the compiled kernel module and says which of the two builds this host accepts. It runs nothing. */

import { host as thisHost } from '#wasm-host';
import { RecauditError } from '../../errors.js';
import type { WasmHost } from './host.js';
import type { WasmFlavour } from './instance.js';
import { type WasmModule, webAssembly } from './web-assembly.js';

type Modules = Partial<Record<WasmFlavour, WasmModule | null>>;

const loaded = new WeakMap<WasmHost, Modules>();

/** The compiled build, or null where the engine rejects it (relaxed SIMD needs Node 22 or later). */
export async function loadModule(
  flavour: WasmFlavour,
  host: WasmHost = thisHost,
): Promise<WasmModule | null> {
  const modules = loaded.get(host) ?? {};
  loaded.set(host, modules);
  if (modules[flavour] === undefined) {
    const bytes = await host.readModule(flavour);
    modules[flavour] = webAssembly.validate(bytes) ? await webAssembly.compile(bytes) : null;
  }
  return modules[flavour];
}

/**
 * The build to use: `auto` takes multiply-add where there is one.
 *
 * @throws RecauditError('config') when the wanted build cannot run here
 */
export async function chooseModule(
  wanted: WasmFlavour | 'auto',
  host: WasmHost = thisHost,
): Promise<{ flavour: WasmFlavour; module: WasmModule }> {
  const order: WasmFlavour[] = wanted === 'auto' ? ['fma', 'simd'] : [wanted];
  for (const flavour of order) {
    const module = await loadModule(flavour, host);
    if (module !== null) return { flavour, module };
  }
  throw new RecauditError(
    'config',
    `kernels: expected WebAssembly ${order.at(-1)} support, got none in ${host.name}. ` +
      (wanted === 'fma' ? `Use ${host.runsOn.fma}, or the 'simd' kernels` : `Use ${host.runsOn.simd}`),
  );
}
