/**
 * What can be told of a command before it reads its data, which may take minutes: recommenders that there are not, options
 * that they do not have, programs that do not exist, kernels that do not run here.
 *
 * What it is not: the rules between options and data (`config/resolve.ts`, `config/resolve-models.ts`).
 */

import { readSurrogate } from '../../config/resolve.js';
import { checkModelFlags } from '../../config/resolve-models.js';
import { checkProgram } from '../command/program.js';
import { commandWords } from '../command/words.js';
import { checkKernels } from '../engine/kernels.js';
import type { EngineOptions } from '../engine/messages.js';
import { readVictims, type VictimFlags } from './choose-victims.js';

/** Of the commands that train recommenders. */
export interface EarlyFlags extends Partial<VictimFlags> {
  readonly surrogate?: string;
  readonly kernels: EngineOptions['kernels'];
}

/**
 * @throws RecauditError `config` or `usage`, in the words of the flag at fault
 * @example await checkBeforeData({ victim: ['wrmf'], surrogate: 'wrmf', kernels: 'auto' })
 */
export async function checkBeforeData(flags: EarlyFlags): Promise<void> {
  await checkKernels(flags.kernels);
  const { victim = [], surrogate } = flags;
  const { models, commands } = readVictims({ ...flags, victim });
  const chosen = surrogate === undefined ? models : [...models, readSurrogate(surrogate)];
  for (const command of commands) checkProgram(commandWords(command));
  if (chosen.length > 0) checkModelFlags(chosen, flags);
}
