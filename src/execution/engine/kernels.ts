/** Starts the kernels that an engine was asked for. Their code is loaded only then. */

import { RecauditError } from '../../errors.js';
import type { KernelFlavour, Kernels } from '../../kernels/types.js';
import type { EngineOptions } from './messages.js';

/**
 * @param allowance how many of the threads may work now; default all
 * @throws RecauditError('config') where this Node lacks the wanted build, or native kernels are not built
 * @example const kernels = await createKernels('auto', 2)
 */
export async function createKernels(
  wanted: EngineOptions['kernels'],
  threads: number,
  allowance: () => number = () => threads,
): Promise<Kernels<Float32Array>> {
  if (wanted === 'reference') {
    const { createReferenceKernels } = await import('../../kernels/reference.js');
    return createReferenceKernels('f32');
  }
  const { createWasmKernels } = await import('../../kernels/wasm/kernels.js');
  return createWasmKernels({ threads, allowance, flavour: wanted });
}

/** The flavour that `createKernels` gives, without starting threads: it is part of every task key. */
export async function kernelFlavour(wanted: EngineOptions['kernels']): Promise<KernelFlavour> {
  if (wanted === 'reference') return 'reference-f32';
  if (wanted === 'native') {
    const { chooseInstructionSet } = await import('../../kernels/wasm/native.js');
    chooseInstructionSet('auto');
    return 'native';
  }
  const { chooseModule } = await import('../../kernels/wasm/module.js');
  return (await chooseModule(wanted)).flavour === 'fma' ? 'wasm-fma' : 'wasm-simd';
}

/**
 * Tells at once that the kernels asked for do not run here, in the words of the flag.
 *
 * @throws RecauditError('config')
 * @example await checkKernels('fma')
 */
export async function checkKernels(wanted: EngineOptions['kernels']): Promise<void> {
  try {
    await kernelFlavour(wanted);
  } catch (error) {
    if (!(error instanceof RecauditError)) throw error;
    const message = error.message.replace(/^kernels:/, `--kernels ${wanted}:`);
    throw new RecauditError(error.code, message, { cause: error });
  }
}

/** The flavour in words, with what native kernels use of the processor: `wasm-simd`, `native (avx512)`. */
export async function describeKernels(wanted: EngineOptions['kernels']): Promise<string> {
  const flavour = await kernelFlavour(wanted);
  if (flavour !== 'native') return flavour;
  const { chooseInstructionSet } = await import('../../kernels/wasm/native.js');
  return `native (${chooseInstructionSet('auto')})`;
}

/** What `auto` takes here, and whether there are native kernels. */
export async function kernelSummary(): Promise<string> {
  const { nativeInstructionSets } = await import('../../kernels/wasm/native.js');
  const native =
    nativeInstructionSets().length > 0 ? await describeKernels('native') : 'no native ones built';
  const automatic = await describeKernels('auto');
  return `kernels: ${automatic}${native === automatic ? '' : `; ${native}`}`;
}

/** Most bytes of kernel memory, without starting threads. */
export async function kernelMemoryLimit(wanted: EngineOptions['kernels']): Promise<number> {
  if (wanted === 'reference') return Number.POSITIVE_INFINITY;
  const { MOST_BYTES } = await import('../../kernels/wasm/kernels.js');
  return MOST_BYTES;
}
