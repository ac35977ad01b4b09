/** Which native kernels there are here. It says what there is and runs nothing. */

import { host as thisHost } from '#wasm-host';
import { RecauditError } from '../../errors.js';
import type { InstructionSet } from './addon.js';
import type { WasmHost } from './host.js';

/** The instruction sets that native kernels can use here, the widest first; none where they are not built. */
export function nativeInstructionSets(host: WasmHost = thisHost): readonly InstructionSet[] {
  return host.loadAddon()?.instructionSets ?? [];
}

/**
 * The instruction set to use.
 *
 * @throws RecauditError('config') where the native kernels are not built or this processor lacks the wanted set
 */
export function chooseInstructionSet(
  wanted: InstructionSet | 'auto',
  host: WasmHost = thisHost,
): InstructionSet {
  const sets = nativeInstructionSets(host);
  const found = wanted === 'auto' ? sets[0] : sets.find((set) => set === wanted);
  if (found !== undefined) return found;
  const what = wanted === 'auto' ? 'AVX2, AVX-512 or NEON' : wanted;
  throw new RecauditError(
    'config',
    host.loadAddon() === null
      ? `kernels: expected native kernels, got none built. ${host.withoutAddon}`
      : `kernels: expected a processor with ${what}, got one with ${sets.join(' and ') || 'none of them'}. Use 'auto' kernels`,
  );
}
