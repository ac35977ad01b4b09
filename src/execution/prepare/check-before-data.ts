/**
 * What can be told of a command before it reads its data, which may take minutes: attacks and recommenders and detectors that there are not, options
 * that they do not have, programs that do not exist, kernels that do not run here. The plug-ins are loaded for it.
 *
 * What it is not: the rules between options and data (`config/resolve.ts`, `config/resolve-models.ts`).
 */

import { chooseDetectors } from '../../audit/index.js';
import {
  type AttackFlags,
  assignedNames,
  checkAttackFlags,
  readAttacks,
} from '../../config/resolve-attacks.js';
import { checkModelFlags } from '../../config/resolve-models.js';
import type { Registries } from '../../registries.js';
import { checkProgram } from '../command/program.js';
import { auditRegistries } from '../command/victim.js';
import { commandWords } from '../command/words.js';
import { checkKernels } from '../engine/kernels.js';
import type { EngineOptions } from '../engine/messages.js';
import { readVictims, type VictimFlags } from './choose-victims.js';

/** Of the commands that train recommenders or craft profiles. */
export interface EarlyFlags extends Omit<Partial<VictimFlags>, 'set'>, Partial<AttackFlags> {
  readonly kernels: EngineOptions['kernels'];
  readonly plugin?: readonly string[] | undefined;
  readonly detector?: readonly string[] | undefined;
  readonly expectedFalseItems?: number | undefined;
}

/**
 * @returns what the command can plan with: the members of this package and of its plug-ins
 * @throws RecauditError `config` or `usage`, in the words of the flag at fault
 * @example const registries = await checkBeforeData({ victim: ['wrmf'], attack: ['learned'], kernels: 'auto' })
 */
export async function checkBeforeData(flags: EarlyFlags): Promise<Registries> {
  await checkKernels(flags.kernels);
  const registries = await registriesOf(flags.plugin);
  const { victim = [], attack = [] } = flags;
  const { models, commands } = readVictims({ ...flags, victim }, registries.recommenders);
  const surrogates = attack.length === 0 ? [] : checkAttackFlags({ ...flags, attack }, registries);
  const attacks = assignedNames(readAttacks(attack, registries.attacks));
  const { detector: detectors, expectedFalseItems } = flags;
  chooseDetectors({ detectors, expectedFalseItems }, registries.detectors);
  for (const command of commands) checkProgram(commandWords(command));
  const scope = { registry: registries.recommenders, attacks };
  if (models.length + surrogates.length + attacks.length > 0)
    checkModelFlags([...models, ...surrogates], flags, scope);
  return registries;
}

/** The members of this package, of plug-ins, and commands. */
export async function registriesOf(plugins: readonly string[] | undefined): Promise<Registries> {
  if (plugins === undefined || plugins.length === 0) return auditRegistries();
  const { loadPlugins } = await import('../plugins.js');
  return auditRegistries(undefined, await loadPlugins(plugins));
}
