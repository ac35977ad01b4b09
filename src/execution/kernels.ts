/** Starts the kernels that an engine was asked for. Their code is loaded only then. */

import type { KernelFlavour, Kernels } from '../kernels/types.js';
import type { EngineOptions } from './messages.js';

/**
 * @throws RecauditError('config') where this Node lacks the wanted build
 * @example const kernels = await createKernels('auto', 2)
 */
export async function createKernels(
  wanted: EngineOptions['kernels'],
  threads: number,
): Promise<Kernels<Float32Array>> {
  if (wanted === 'reference') {
    const { createReferenceKernels } = await import('../kernels/reference.js');
    return createReferenceKernels('f32');
  }
  const { createWasmKernels } = await import('../kernels/wasm/kernels.js');
  return createWasmKernels({ threads, flavour: wanted });
}

/** The flavour that `createKernels` gives, without starting threads: it is part of every task key. */
export async function kernelFlavour(wanted: EngineOptions['kernels']): Promise<KernelFlavour> {
  if (wanted === 'reference') return 'reference-f32';
  const { chooseModule } = await import('../kernels/wasm/module.js');
  return chooseModule(wanted).flavour === 'fma' ? 'wasm-fma' : 'wasm-simd';
}
