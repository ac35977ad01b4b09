/** Starts the kernels that an engine was asked for. Their code is loaded only then. */

import type { Kernels } from '../kernels/types.js';
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
