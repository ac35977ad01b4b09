/** Starts the kernels that an engine was asked for. Their code is loaded only then. */

import { RecauditError } from '../errors.js';
import type { Kernels } from '../kernels/types.js';
import type { EngineOptions } from './messages.js';

/**
 * @throws RecauditError('config') where this Node lacks the wanted build
 * @example const kernels = await createKernels('auto', 2)
 */
export async function createKernels(
  wanted: EngineOptions['kernels'],
  _threads: number,
): Promise<Kernels<Float32Array>> {
  if (wanted === 'reference') {
    const { createReferenceKernels } = await import('../kernels/reference.js');
    return createReferenceKernels('f32');
  }
  throw new RecauditError(
    'config',
    `--kernels ${wanted}: expected a build of them, got none. Use --kernels reference`,
  );
}
