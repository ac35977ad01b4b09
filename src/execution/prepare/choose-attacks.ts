/** From `--attack` to the attacks of an audit: complete options, budgets, controls, and the profiles that come from outside. */

import { forcesTargets } from '../../attacks/craft-profiles.js';
import { hashClickValues } from '../../attacks/fake-values.js';
import { attackNamed } from '../../attacks/registry.js';
import { type AttackConfig, type AuditData, type ControlConfig, hashProfiles } from '../../audit/index.js';
import type { CommandOptions } from '../../config/commands.js';
import { resolveFakeUsers, resolveTop } from '../../config/resolve.js';
import {
  type AttackFlags,
  givenOptions,
  labelOf,
  type NamedAttack,
  readAttacks,
  resolveAttack,
  resolveControls,
  surrogateOf,
} from '../../config/resolve-attacks.js';
import type { NamedModel, ResolvedModel } from '../../config/resolve-models.js';
import type { ClickValues } from '../../data/fake-rows.js';
import { smallestProfileOf } from '../../data/interactions.js';
import { optionsOf } from '../../described.js';
import { RecauditError } from '../../errors.js';
import type { Registries } from '../../registries.js';
import { missingValueNotes, readProfiles } from './given-profiles.js';
import type { ColumnOptions, LoadedData } from './load-data.js';

export interface NamedAttacks {
  readonly attacks: readonly NamedAttack[];
  /** of those that have one, in their order */
  readonly surrogates: readonly NamedModel[];
}

export interface ChosenAttacks {
  readonly attacks: readonly AttackConfig[];
  readonly given: NonNullable<AuditData['given']>;
  /** what the given profiles say of their clicks, by digests */
  readonly givenValues: NonNullable<AuditData['givenValues']>;
  /** what to tell the user */
  readonly notes: readonly string[];
}

/** What of a command's options concerns attacks. */
type Flags = AttackFlags &
  Pick<CommandOptions<'audit'>, 'fakeUsers' | 'profileSize' | 'controls' | 'top'> &
  ColumnOptions;

/** The attacks of `--attack` before their options are complete, and their surrogates. @throws RecauditError('config') */
export function namedAttacks(flags: AttackFlags, registries: Registries): NamedAttacks {
  const attacks = readAttacks(flags.attack, registries.attacks);
  const surrogates = attacks.flatMap((attack) => {
    const member = attackNamed(attack.name, registries.attacks);
    return surrogateOf(member, givenOptions(attack, flags, registries.attacks), registries) ?? [];
  });
  return { attacks, surrogates };
}

function refuse(flag: string, expected: string, got: unknown, remedy: string): RecauditError {
  return new RecauditError('config', `${flag}: expected ${expected}, got ${got}. ${remedy}`);
}

/** A fixed profile size is a budget within the catalogue. */
function clicksOf({ profileSize }: Flags, budgeted: boolean, items: number): 'drawn' | number {
  if (profileSize === undefined) return 'drawn';
  if (!budgeted)
    throw refuse('--profile-size', 'a click budget', 'a threshold projection', 'Add --projection budget');
  if (profileSize > items)
    throw refuse('--profile-size', `at most the ${items} items of the catalogue`, profileSize, 'Lower it');
  return profileSize;
}

/** The authors' random baseline has the threshold of the attack, where that has one. */
function controlOf(name: string, options: object, { attacks }: Registries): ControlConfig {
  const { projection } = options as { readonly projection?: { readonly rho?: number } };
  const rho = name === 'rand-filter-authors' ? projection?.rho : undefined;
  return { name, options: optionsOf<object>(attackNamed(name, attacks), rho === undefined ? {} : { rho }) };
}

/** Rows of the generator, where the fake users start. */
function generatedRows({ startProfiles }: LoadedData, fakeUsers: number): readonly Int32Array[] {
  if (startProfiles !== undefined) return startProfiles.slice(0, fakeUsers);
  const own = 'real-users, first-real-users or empty on your own data';
  throw refuse('--start', own, 'rows', 'Try --start real-users');
}

interface Chosen {
  readonly config: AttackConfig;
  readonly rows?: readonly Int32Array[];
  readonly columns?: readonly ClickValues[];
  readonly notes?: readonly string[];
}

/** Profiles of a file, as the attack `given`. */
async function givenAttack(
  file: string,
  { train }: LoadedData,
  columns: ColumnOptions,
  name: string,
): Promise<Chosen> {
  const { profiles: rows, values, warnings } = await readProfiles(file, train, columns);
  const budget = { fakeUsers: rows.length, clicks: 'drawn' } as const;
  const { ratings, timestamps } = values;
  const givenValues = {
    ...(ratings && { ratings: hashClickValues(ratings) }),
    ...(timestamps && { timestamps: hashClickValues(timestamps) }),
  };
  const config: AttackConfig = {
    name,
    options: { file },
    budget,
    controls: [],
    given: hashProfiles(rows),
    ...(Object.keys(givenValues).length > 0 && { givenValues }),
  };
  const found = [ratings, timestamps].filter((column) => column !== undefined);
  return { config, rows, columns: found, notes: [...warnings, ...missingValueNotes(file, train, values)] };
}

/**
 * @param surrogates resolved, of the attacks that have one
 * @throws RecauditError('config' | 'data')
 */
export async function chooseAttacks(
  { attacks }: NamedAttacks,
  surrogates: readonly ResolvedModel[],
  flags: Flags,
  loaded: LoadedData,
  registries: Registries,
): Promise<ChosenAttacks> {
  const left = [...surrogates];
  const chosen: Chosen[] = [];
  for (const attack of attacks) {
    const member = attackNamed(attack.name, registries.attacks);
    const surrogate = Object.hasOwn(member.options, 'surrogate') ? (left.shift() ?? null) : null;
    const one =
      attack.file === null
        ? craftedAttack(attack, surrogate, flags, loaded, registries)
        : await givenAttack(attack.file, loaded, flags, attack.name);
    const { options } = one.config;
    const names = resolveControls(flags.controls, forcesTargets(member, options));
    const controls = names.map((name) => controlOf(name, options, registries));
    chosen.push({ ...one, config: { ...one.config, label: labelOf(attack), controls } });
  }
  return together(chosen);
}

/** An attack that makes its profiles. */
function craftedAttack(
  attack: NamedAttack,
  surrogate: ResolvedModel | null,
  flags: Flags,
  loaded: LoadedData,
  registries: Registries,
): Chosen {
  const { users, items } = loaded.train.interactions;
  const facts = { setting: loaded.setting, users, items };
  const member = attackNamed(attack.name, registries.attacks);
  const smallestProfile = smallestProfileOf(loaded.train.interactions);
  const scope = { facts, smallestProfile, top: resolveTop(flags.top, facts), registries };
  const options = resolveAttack(attack, flags, surrogate, scope);
  const fakeUsers = resolveFakeUsers(flags, options, facts);
  const budgeted = member.keepsBudget?.(options) ?? true;
  const budget = { fakeUsers, clicks: clicksOf(flags, budgeted, items) };
  const config = { name: attack.name, options, budget, controls: [] };
  if (!member.takesProfiles?.(options)) return { config };
  const rows = generatedRows(loaded, fakeUsers);
  return { config: { ...config, given: hashProfiles(rows) }, rows };
}

function together(chosen: readonly Chosen[]): ChosenAttacks {
  const rows = chosen.flatMap((one) => (one.rows ? [[one.config.given as string, one.rows] as const] : []));
  const columns = chosen.flatMap((one) => one.columns ?? []);
  return {
    attacks: chosen.map(({ config }) => config),
    given: Object.fromEntries(rows),
    givenValues: Object.fromEntries(columns.map((column) => [hashClickValues(column), column])),
    notes: chosen.flatMap(({ notes = [] }) => notes),
  };
}

/** Profiles of a file alone, without controls: what `recaudit evaluate` measures. */
export async function givenChoice(
  file: string,
  loaded: LoadedData,
  columns: ColumnOptions,
): Promise<ChosenAttacks> {
  return together([await givenAttack(file, loaded, columns, 'given')]);
}
