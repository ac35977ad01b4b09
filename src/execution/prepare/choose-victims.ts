/** From `--victim` to the recommenders under attack: recaudit's own by name, the user's as `cmd:...`. */

import type { VictimConfig } from '../../audit/index.js';
import {
  type DataFacts,
  type ModelFlags,
  type NamedModel,
  type ResolvedModel,
  readModels,
  resolveModels,
} from '../../config/resolve-models.js';
import type { InteractionMatrix } from '../../data/interactions.js';
import { RecauditError } from '../../errors.js';
import type { RecommenderRegistry } from '../../recommenders/registry.js';
import { auditRegistries, commandVictim } from '../command/victim.js';
import { kernelMemoryLimit } from '../engine/kernels.js';
import type { EngineOptions } from '../engine/messages.js';

export interface VictimFlags extends ModelFlags {
  readonly victim: readonly string[];
  /** seconds that one run of a command may take */
  readonly victimTimeout?: number | undefined;
  readonly allowSeen?: boolean;
}

export interface ChosenVictims {
  readonly victims: readonly VictimConfig[];
  /** resolved with them: those of the attacks, in their order */
  readonly surrogates: readonly ResolvedModel[];
}

const PREFIX = 'cmd:';

/** @throws RecauditError('config') for what is said of a command where none is a victim */
function checkCommandFlags({ victim, victimTimeout, allowSeen }: VictimFlags): void {
  const idle =
    victimTimeout !== undefined ? '--victim-timeout' : allowSeen === true ? '--allow-seen' : undefined;
  if (idle === undefined || victim.some((text) => text.startsWith(PREFIX))) return;
  throw new RecauditError(
    'config',
    `${idle}: expected a command among the victims, got ${victim.join(', ')}. Drop it, or add --victim "cmd:..."`,
  );
}

/**
 * `--victim` before its options are resolved: recaudit's models, and the commands without their prefix.
 *
 * @throws RecauditError('config') for unknown names
 * @example readVictims({ victim: ['wrmf', 'cmd:sh model.sh {train} {out}'] }).commands // ['sh model.sh {train} {out}']
 */
export function readVictims(
  flags: VictimFlags,
  registry?: RecommenderRegistry,
): { models: NamedModel[]; commands: string[] } {
  checkCommandFlags(flags);
  const isCommand = (text: string) => text.startsWith(PREFIX);
  return {
    models: readModels(
      '--victim',
      flags.victim.filter((text) => !isCommand(text)),
      registry,
    ),
    commands: flags.victim.filter(isCommand).map((text) => text.slice(PREFIX.length)),
  };
}

/** What victims are chosen with: surrogates and names of the attacks. */
export interface VictimScope {
  readonly surrogates?: readonly NamedModel[];
  readonly attacks?: readonly string[];
  readonly registry?: RecommenderRegistry;
}

/**
 * @throws RecauditError `config` for unknown names and options that do not fit, `usage` for a command that cannot run
 * @example chooseVictims({ victim: ['wrmf', 'cmd:python3 my_model.py {train} {users} {out}'] }, facts).victims
 */
export function chooseVictims(flags: VictimFlags, facts: DataFacts, scope: VictimScope = {}): ChosenVictims {
  const { victimTimeout, allowSeen } = flags;
  const { models, commands } = readVictims(flags, scope.registry);
  const resolved = resolveModels(models, flags, facts, scope);
  const choice = {
    ...(victimTimeout !== undefined && { timeoutSeconds: victimTimeout }),
    ...(allowSeen !== undefined && { allowSeen }),
  };
  const external = commands.map((text) => commandVictim(text, choice));
  return { victims: [...resolved.models, ...external], surrogates: resolved.surrogates };
}

/**
 * Refuses victims that kernel memory cannot hold, with an engine to themselves, before anything runs. Fake users are left out:
 * no model is refused for its users.
 *
 * @throws RecauditError('config') in the words of the model
 */
export async function checkVictimMemory(
  victims: readonly Pick<VictimConfig, 'name'>[],
  { users, items, nonZeros }: InteractionMatrix,
  kernels: EngineOptions['kernels'],
  recommenders: RecommenderRegistry = auditRegistries().recommenders,
): Promise<void> {
  const memory = { used: 0, limit: await kernelMemoryLimit(kernels) };
  for (const { name } of victims)
    recommenders[name].checkMemory?.({ users, items, interactions: nonZeros }, memory);
}
