/**
 * From `--attack`, its short forms and `--set` to attacks with complete options: the preset, then the short forms (of the learned
 * attack), then `--set`; the attack completes what is left. What it is not: it declares no option; each attack's table does.
 */

import { type AnyAttack, type AttackRegistry, attackNamed } from '../attacks/registry.js';
import { memberNamed, optionsOf } from '../described.js';
import { RecauditError } from '../errors.js';
import { isValueOf, optionNamed, readOption, specsOf } from '../options.js';
import type { ModelChoice } from '../recommenders/model-choice.js';
import { surrogateNames } from '../recommenders/registry.js';
import type { Registries } from '../registries.js';
import { didYouMean } from '../text/did-you-mean.js';
import { optionOfFlag, SHORT_FORMS, type ShortForm } from './attack-options.js';
import { NEEDED_CONTROLS } from './command-options.js';
import type { CommandOptions } from './commands.js';
import { optionValue } from './field.js';
import {
  type Assignment,
  type DataFacts,
  type NamedModel,
  type ResolvedModel,
  readAssignments,
  readModel,
} from './resolve-models.js';
import { flagOf } from './text.js';

export type AttackFlags = Pick<CommandOptions<'attack'>, 'attack'> &
  Partial<Pick<CommandOptions<'attack'>, 'set' | ShortForm>>;

/** An attack of `--attack`: a name, with a preset or the file of its profiles. */
export interface NamedAttack {
  readonly name: string;
  readonly preset: string | null;
  /** of an attack whose option it is */
  readonly file: string | null;
}

/** The attack that the short forms are of. */
const LEARNED = 'learned';

function refuse(flag: string, expected: string, got: unknown, remedy: string): RecauditError {
  return new RecauditError('config', `${flag}: expected ${expected}, got ${got}. ${remedy}`);
}

/** As it is written, and as reports call it: `learned`, `learned:tang2020`; of given profiles the attack alone. */
export function labelOf({ name, preset }: NamedAttack): string {
  return preset === null ? name : `${name}:${preset}`;
}

function readAttack(text: string, registry: AttackRegistry): NamedAttack {
  const colon = text.indexOf(':');
  const name = colon < 0 ? text : text.slice(0, colon);
  const rest = colon < 0 ? null : text.slice(colon + 1);
  const names = Object.keys(registry);
  if (!names.includes(name))
    throw refuse(
      '--attack',
      `one of ${names.join(', ')}`,
      `"${name}"`,
      `${didYouMean(name, names)}See recaudit attacks`,
    );
  const member = attackNamed(name, registry);
  if (Object.hasOwn(member.options, 'file')) {
    if (rest) return { name, preset: null, file: rest };
    throw refuse('--attack', `${name}:FILE`, `"${text}"`, 'Name the file of the profiles');
  }
  if (rest !== null) memberNamed(`--attack ${name}, preset`, rest, member.presets);
  return { name, preset: rest, file: null };
}

/** @throws RecauditError('config') on an unknown name or preset, or an attack twice */
export function readAttacks(texts: readonly string[], registry: AttackRegistry): NamedAttack[] {
  const twice = texts.find((text, n) => texts.indexOf(text) !== n);
  if (twice !== undefined) throw refuse('--attack', 'distinct attacks', `${twice} twice`, 'Drop one');
  return texts.map((text) => readAttack(text, registry));
}

/** Names that an assignment of `--set` may use for the attacks. */
export function assignedNames(attacks: readonly NamedAttack[]): string[] {
  return [...new Set(attacks.flatMap((attack) => [attack.name, labelOf(attack)]))];
}

/** Those of an attack, and after them those of it with its preset, which win. */
function assignmentsTo(attack: NamedAttack, set: readonly string[] | undefined): Assignment[] {
  const all = readAssignments(set);
  const label = labelOf(attack);
  const toName = all.filter(({ model }) => model === attack.name && model !== label);
  return [...toName, ...all.filter(({ model }) => model === label)];
}

/** @throws RecauditError('config') for a short form where no learned attack is chosen */
function checkShortForms(attacks: readonly NamedAttack[], flags: AttackFlags): void {
  const idle = SHORT_FORMS.find((flag) => flags[flag] !== undefined);
  if (idle === undefined || attacks.some(({ name }) => name === LEARNED)) return;
  const got = attacks.map(labelOf).join(', ');
  throw refuse(flagOf(idle), `the attack ${LEARNED}`, got, `Drop it, or add --attack ${LEARNED}`);
}

type Values = Readonly<Record<string, unknown>>;

/**
 * The options that the command line gives an attack.
 *
 * @throws RecauditError('config') for a value out of range, or an option that it does not have
 */
export function givenOptions(attack: NamedAttack, flags: AttackFlags, registry: AttackRegistry): Values {
  const member = attackNamed(attack.name, registry);
  const specs = specsOf(member.options);
  const preset = attack.preset === null ? {} : (member.presets[attack.preset] as Values);
  const given: Record<string, unknown> = { ...preset };
  for (const flag of attack.name === LEARNED ? SHORT_FORMS : []) {
    const value = flags[flag];
    if (value !== undefined) given[optionOfFlag(flag)] = optionValue(specs[optionOfFlag(flag)], value);
  }
  for (const { model, option, value } of assignmentsTo(attack, flags.set))
    given[optionNamed(specs, option) ?? option] = readOption(`--set ${model}`, specs, option, value);
  return attack.file === null ? given : { ...given, file: attack.file };
}

/** The recommender that an attack differentiates. @throws RecauditError('config') where it cannot be one */
export function readSurrogate(text: string, { recommenders }: Pick<Registries, 'recommenders'>): NamedModel {
  const names = surrogateNames(recommenders);
  const [name] = text.split(':', 1);
  const expected = `one of ${names.join(', ')}`;
  if (!Object.hasOwn(recommenders, name) && name !== 'cmd')
    throw refuse('--surrogate', expected, `"${text}"`, `${didYouMean(name, names)}See recaudit models`);
  const choice = readModel('--surrogate', text, recommenders);
  if (names.includes(choice.name)) return choice;
  throw refuse(
    '--surrogate',
    expected,
    `"${choice.name}", whose training cannot be differentiated`,
    'See recaudit models',
  );
}

/** The surrogate that an attack is given or has by default; null for an attack without. */
export function surrogateOf(member: AnyAttack, given: Values, registries: Registries): NamedModel | null {
  if (!Object.hasOwn(member.options, 'surrogate')) return null;
  const { surrogate = specsOf(member.options).surrogate.default } = given as { surrogate?: ModelChoice };
  return readSurrogate((surrogate as ModelChoice).name, registries);
}

/**
 * What needs no data to be told: names, presets, options and ranges of attacks, and short forms that concern none.
 *
 * @returns the surrogates of the attacks
 * @throws RecauditError('config')
 */
export function checkAttackFlags(flags: AttackFlags, registries: Registries): NamedModel[] {
  const attacks = readAttacks(flags.attack, registries.attacks);
  checkShortForms(attacks, flags);
  return attacks.flatMap((attack) => {
    const member = attackNamed(attack.name, registries.attacks);
    return surrogateOf(member, givenOptions(attack, flags, registries.attacks), registries) ?? [];
  });
}

/** An option of the learned attack and what follows it, perhaps a value of it. */
const PAIR = new RegExp(`\\b(${SHORT_FORMS.map(optionOfFlag).join('|')}) ([\\w:-]+(?:\\.\\d+)?)`, 'g');

/** Options of the learned attack in a message as flags, where they are named or stand before a value that they may have. */
function withFlags(message: string): string {
  const specs = specsOf(attackNamed(LEARNED).options);
  const flagNamed = new Map(SHORT_FORMS.map((short) => [optionOfFlag(short) as string, flagOf(short)]));
  const pairs = message.replace(PAIR, (text, name: string, value: string) => {
    const flag = flagNamed.get(name);
    return flag !== undefined && isValueOf(specs[name], value) ? `${flag} ${value}` : text;
  });
  return pairs.replace(/\b[a-z]+(?:[A-Z][a-z]+)+\b/g, (name) => flagNamed.get(name) ?? name);
}

/** The complaint of the learned attack about its options, in the words of their flags. */
function inWordsOfFlags(error: unknown): unknown {
  if (!(error instanceof RecauditError)) return error;
  const [prefix, option] = /^learned, (\w+):/.exec(error.message) ?? [];
  if (prefix === undefined) return error;
  const flag = SHORT_FORMS.find((short) => optionOfFlag(short) === option);
  const subject = flag === undefined ? prefix : `${flagOf(flag)}:`;
  const message = `${subject}${withFlags(error.message.slice(prefix.length))}`;
  return new RecauditError(error.code, message, { cause: error });
}

/** What an attack's options are completed from, beside those given. */
export interface AttackScope {
  readonly facts: DataFacts;
  /** clicks of the real user with the fewest */
  readonly smallestProfile: number;
  readonly top: number;
  readonly registries: Registries;
}

/**
 * The complete options of an attack.
 *
 * @param surrogate resolved, where the attack has one
 * @throws RecauditError('config') when options do not fit the data or each other
 */
export function resolveAttack(
  attack: NamedAttack,
  flags: AttackFlags,
  surrogate: ResolvedModel | null,
  { facts, smallestProfile, top, registries }: AttackScope,
): object {
  const member = attackNamed(attack.name, registries.attacks);
  const chosen = surrogate && { surrogate: { name: surrogate.name, options: surrogate.options } };
  const given = { ...givenOptions(attack, flags, registries.attacks), ...chosen };
  try {
    const request = { ...facts, given, smallestProfile, top, registries };
    return member.resolve?.(request) ?? optionsOf<object>(member, given);
  } catch (error) {
    throw inWordsOfFlags(error);
  }
}

/**
 * The controls of an attack: as asked, or those that every audit has, with unforced copies where the attack leaves the targets to
 * itself: there the forced ones cannot tell what it adds from forcing.
 *
 * @param forced whether the attack is made to click the targets
 */
export function resolveControls(
  asked: CommandOptions<'audit'>['controls'],
  forced: boolean,
): NonNullable<typeof asked> {
  return asked ?? [...NEEDED_CONTROLS, ...(forced ? [] : (['copied-unforced'] as const))];
}

/**
 * What a user who asked for a sample should know: where the data have no more users, all of them are taken.
 *
 * @example sampleNotes({ objectiveUsers: 2048 }, { setting: 'interactions', users: 900, items: 300 })
 */
export function sampleNotes(
  flags: { readonly [K in 'objectiveUsers' | 'selectionUsers']?: string | number | undefined },
  { users }: DataFacts,
): string[] {
  return (['objectiveUsers', 'selectionUsers'] as const)
    .filter((key) => Number(flags[key] ?? 0) > users)
    .map((key) => `${flagOf(key)} ${flags[key]}: the data have ${users} users, so all of them are taken`);
}
