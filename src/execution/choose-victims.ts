/** From `--victim` to the recommenders under attack: recaudit's own by name, the user's as `cmd:...`. */

import type { VictimConfig } from '../audit/index.js';
import {
  type DataFacts,
  type ModelChoice,
  type ModelFlags,
  type ResolvedModel,
  readModels,
  resolveModels,
} from '../config/resolve-models.js';
import { commandVictim } from './command-victim.js';

export interface VictimFlags extends ModelFlags {
  readonly victim: readonly string[];
  /** seconds that one run of a command may take */
  readonly victimTimeout?: number | undefined;
  readonly allowSeen?: boolean;
}

export interface ChosenVictims {
  readonly victims: readonly VictimConfig[];
  /** resolved with them, where one was asked for */
  readonly surrogate: ResolvedModel | null;
}

const PREFIX = 'cmd:';

/**
 * @param surrogate where the command learns an attack
 * @throws RecauditError `config` for unknown names and options that do not fit, `usage` for a command that cannot run
 * @example chooseVictims({ victim: ['wrmf', 'cmd:python3 my_model.py {train} {users} {out}'] }, facts).victims
 */
export function chooseVictims(flags: VictimFlags, facts: DataFacts, surrogate?: ModelChoice): ChosenVictims {
  const { victimTimeout, allowSeen } = flags;
  const own = flags.victim.filter((text) => !text.startsWith(PREFIX));
  const commands = flags.victim.filter((text) => text.startsWith(PREFIX));
  const resolved = resolveModels(readModels('--victim', own), flags, facts, surrogate);
  const choice = {
    ...(victimTimeout !== undefined && { timeoutSeconds: victimTimeout }),
    ...(allowSeen !== undefined && { allowSeen }),
  };
  const external = commands.map((text) => commandVictim(text.slice(PREFIX.length), choice));
  return { victims: [...resolved.models, ...external], surrogate: resolved.surrogate };
}
